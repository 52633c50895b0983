package com.example.pocketbook;

import android.hardware.Camera;
import android.os.Bundle;
import android.view.SurfaceView;
import android.view.View;

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
        SurfaceView preview = findViewById(R.id.preview);
        camera = Camera.open();
        try {
            camera.setPreviewDisplay(preview.getHolder());
            camera.startPreview();
            new AMapLocationClient(getApplicationContext()).startLocation();
        } catch (Exception unavailable) {
            camera.release();
        }
    }
}
