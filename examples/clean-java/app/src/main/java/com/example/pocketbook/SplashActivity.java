package com.example.pocketbook;

import android.content.Intent;
import android.os.Bundle;

import androidx.appcompat.app.AppCompatActivity;

public class SplashActivity extends AppCompatActivity {
    @Override
    protected void onCreate(Bundle savedInstanceState) {
        super.onCreate(savedInstanceState);
        Class<?> next = PrivacyStore.isAgreed(this) ? ReceiptActivity.class : LoginActivity.class;
        startActivity(new Intent(this, next));
        finish();
    }
}
