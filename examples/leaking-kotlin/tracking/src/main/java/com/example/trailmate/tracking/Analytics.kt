package com.example.trailmate.tracking

import android.content.Context
import com.umeng.commonsdk.UMConfigure

/** Counts which screens are opened. */
object Analytics {
    private const val KEY = "000000000000000000000000"

    fun start(context: Context, installation: String) {
        UMConfigure.init(context, KEY, "website", UMConfigure.DEVICE_TYPE_PHONE, installation)
    }
}
