package com.example.pocketbook;

import android.Manifest;
import android.content.Intent;
import android.content.pm.PackageManager;
import android.os.Bundle;

import androidx.annotation.NonNull;
import androidx.appcompat.app.AppCompatActivity;

public class SplashActivity extends AppCompatActivity {
    private static final String[] PERMISSIONS = {
            Manifest.permission.READ_PHONE_STATE,
            Manifest.permission.ACCESS_FINE_LOCATION,
            Manifest.permission.CAMERA,
            Manifest.permission.RECORD_AUDIO,
    };

    private final RiskControl riskControl = new RiskControl(this);

    @Override
    protected void onCreate(Bundle savedInstanceState) {
        super.onCreate(savedInstanceState);
        requestPermissions(PERMISSIONS, 1);
    }

    @Override
    protected void onStart() {
        super.onStart();
        riskControl.report();
    }

    @Override
    public void onRequestPermissionsResult(int code, @NonNull String[] permissions, @NonNull int[] results) {
        super.onRequestPermissionsResult(code, permissions, results);
        for (int result : results) {
            if (result != PackageManager.PERMISSION_GRANTED) {
                finishAffinity();
                return;
            }
        }
        startActivity(new Intent(this, LoginActivity.class));
        finish();
    }
}
