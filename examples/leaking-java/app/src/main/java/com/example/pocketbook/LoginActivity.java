package com.example.pocketbook;

import android.content.Intent;
import android.os.Bundle;
import android.view.View;
import android.widget.CheckBox;

import androidx.appcompat.app.AppCompatActivity;

public class LoginActivity extends AppCompatActivity {
    private CheckBox agree;

    @Override
    protected void onCreate(Bundle savedInstanceState) {
        super.onCreate(savedInstanceState);
        setContentView(R.layout.activity_login);
        agree = findViewById(R.id.agree_policy);
        findViewById(R.id.login).setOnClickListener(this::login);
    }

    private void login(View button) {
        if (agree.isChecked()) {
            startActivity(new Intent(this, ReceiptActivity.class));
            finish();
        }
    }
}
