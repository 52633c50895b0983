package com.example.pocketbook;

import android.content.Context;
import android.content.SharedPreferences;

/** Whether the user has agreed to the privacy policy. */
final class PrivacyStore {
    private static final String AGREED = "privacy_agreed";

    private PrivacyStore() {
    }

    static boolean isAgreed(Context context) {
        return preferences(context).getBoolean(AGREED, false);
    }

    static void setAgreed(Context context, boolean agreed) {
        preferences(context).edit().putBoolean(AGREED, agreed).apply();
    }

    private static SharedPreferences preferences(Context context) {
        return context.getSharedPreferences("privacy", Context.MODE_PRIVATE);
    }
}
