package com.example.pocketbook;

import android.content.Context;
import android.content.pm.PackageInfo;
import android.telephony.TelephonyManager;

import java.util.ArrayList;
import java.util.List;

/** Tells phones of fraudsters from others. */
class RiskControl {
    private final Context context;

    RiskControl(Context context) {
        this.context = context;
    }

    void report() {
        List<String> facts = new ArrayList<>();
        facts.add(deviceId());
        for (PackageInfo app : context.getPackageManager().getInstalledPackages(0)) {
            facts.add(app.packageName);
        }
        new Thread(() -> Api.send("risk", facts)).start();
    }

    private String deviceId() {
        TelephonyManager phone = (TelephonyManager) context.getSystemService(Context.TELEPHONY_SERVICE);
        return phone.getDeviceId();
    }
}
