package com.example.trailmate.tracking

import android.annotation.SuppressLint
import android.content.Context
import android.provider.Settings

/** Tells this installation from others. */
object Installation {
    @SuppressLint("HardwareIds")
    fun id(context: Context): String =
        Settings.Secure.getString(context.contentResolver, Settings.Secure.ANDROID_ID)
}
