package com.example.pocketbook;

import android.content.Intent;
import android.os.Bundle;
import android.view.View;
import android.widget.CheckBox;
import android.widget.EditText;

import androidx.appcompat.app.AppCompatActivity;

import java.util.Collections;

public class LoginActivity extends AppCompatActivity {
    private CheckBox agree;

    @Override
    protected void onCreate(Bundle savedInstanceState) {
        super.onCreate(savedInstanceState);
        setContentView(R.layout.activity_login);
        agree = findViewById(R.id.agree_policy);
        findViewById(R.id.login).setOnClickListener(this::login);
        findViewById(R.id.skip).setOnClickListener(this::skip);
    }

    private void login(View button) {
        if (!agree.isChecked()) {
            agree.requestFocus();
            return;
        }
        PrivacyStore.setAgreed(this, true);
        Channel.start(getApplicationContext());
        String phone = ((EditText) findViewById(R.id.phone)).getText().toString();
        new Thread(() -> Api.send("login", Collections.singletonList(phone))).start();
        open();
    }

    private void skip(View button) {
        PrivacyStore.setAgreed(this, false);
        open();
    }

    private void open() {
        startActivity(new Intent(this, ReceiptActivity.class));
        finish();
    }
}
