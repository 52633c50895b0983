package com.example.pocketbook;

import android.Manifest;
import android.content.pm.PackageManager;
import android.hardware.Camera;
import android.os.Bundle;
import android.view.SurfaceView;
import android.view.View;
import android.widget.Toast;

import androidx.annotation.NonNull;
import androidx.appcompat.app.AlertDialog;
import androidx.appcompat.app.AppCompatActivity;

import com.amap.api.location.AMapLocationClient;

public class ReceiptActivity extends AppCompatActivity {
    private Camera camera;

    @Override
    protected void onCreate(Bundle savedInstanceState) {
        super.onCreate(savedInstanceState);
        setContentView(R.layout.activity_receipt);
        findViewById(R.id.scan).setOnClickListener(this::scan);
    }

    private void scan(View button) {
        if (checkSelfPermission(Manifest.permission.CAMERA) == PackageManager.PERMISSION_GRANTED) {
            takePicture();
            return;
        }
        new AlertDialog.Builder(this)
                .setMessage(R.string.camera_reason)
                .setPositiveButton(android.R.string.ok, (dialog, which) ->
                        requestPermissions(new String[] {Manifest.permission.CAMERA}, 1))
                .setNegativeButton(android.R.string.cancel, null)
                .show();
    }

    @Override
    public void onRequestPermissionsResult(int code, @NonNull String[] permissions, @NonNull int[] results) {
        super.onRequestPermissionsResult(code, permissions, results);
        if (results.length > 0 && results[0] == PackageManager.PERMISSION_GRANTED) {
            takePicture();
        } else {
            Toast.makeText(this, R.string.camera_refused, Toast.LENGTH_LONG).show();
        }
    }

    private void takePicture() {
        SurfaceView preview = findViewById(R.id.preview);
        camera = Camera.open();
        try {
            camera.setPreviewDisplay(preview.getHolder());
            camera.startPreview();
            markPlace();
        } catch (Exception unavailable) {
            camera.release();
        }
    }

    /** Notes where the receipt was taken, for those who have agreed. */
    private void markPlace() throws Exception {
        boolean agreed = PrivacyStore.isAgreed(this);
        AMapLocationClient.updatePrivacyShow(this, true, true);
        AMapLocationClient.updatePrivacyAgree(this, agreed);
        if (agreed) {
            new AMapLocationClient(getApplicationContext()).startLocation();
        }
    }
}
