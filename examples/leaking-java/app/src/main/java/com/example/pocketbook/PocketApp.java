package com.example.pocketbook;

import android.app.Application;

import com.amap.api.location.AMapLocationClient;

public class PocketApp extends Application {
    @Override
    public void onCreate() {
        super.onCreate();
        AMapLocationClient.updatePrivacyShow(this, true, true);
        AMapLocationClient.updatePrivacyAgree(this, true);
        Channel.start(this);
    }
}
