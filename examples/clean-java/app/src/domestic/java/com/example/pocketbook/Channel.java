package com.example.pocketbook;

import android.content.Context;

import com.baidu.mapapi.SDKInitializer;
import com.tencent.bugly.crashreport.CrashReport;

import cn.jpush.android.api.JPushInterface;

/** What the domestic edition starts, once the user has agreed. */
final class Channel {
    private Channel() {
    }

    static void start(Context context) {
        CrashReport.initCrashReport(context, "0000000000", false);
        JPushInterface.init(context);
        SDKInitializer.setAgreePrivacy(context, PrivacyStore.isAgreed(context));
        SDKInitializer.initialize(context);
    }
}
