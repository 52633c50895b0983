package com.example.pocketbook;

import android.app.Application;

public class PocketApp extends Application {
    @Override
    public void onCreate() {
        super.onCreate();
        if (PrivacyStore.isAgreed(this)) {
            Channel.start(this);
        }
    }
}
