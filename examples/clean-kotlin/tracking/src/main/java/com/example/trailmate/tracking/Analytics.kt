package com.example.trailmate.tracking

import android.content.Context
import com.umeng.commonsdk.UMConfigure

/** Counts which screens are opened. */
object Analytics {
    private const val KEY = "000000000000000000000000"
    private const val CHANNEL = "website"

    /** Collects nothing: the vendor documents it as safe before the user has agreed. */
    fun prepare(context: Context) {
        UMConfigure.preInit(context, KEY, CHANNEL)
    }

    fun start(context: Context, installation: String) {
        UMConfigure.submitPolicyGrantResult(context, true)
        UMConfigure.init(context, KEY, CHANNEL, UMConfigure.DEVICE_TYPE_PHONE, installation)
    }
}
