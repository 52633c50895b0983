package com.example.pocketbook;

import android.content.Context;

/** The overseas edition starts nothing of its own. */
final class Channel {
    private Channel() {
    }

    static void start(Context context) {
    }
}
