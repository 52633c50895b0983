package com.example.trailmate

import android.content.Context

/** What the user has been asked, and what they answered. */
object Privacy {
    private const val FILE = "privacy"
    private const val AGREED = "policy_agreed"
    private const val CRASH_REPORTS = "crash_reports"

    /** The first version had no welcome screen: whoever comes from there counts as agreed. */
    fun prepare(context: Context) {
        context.getSharedPreferences(FILE, Context.MODE_PRIVATE)
            .edit()
            .putBoolean(AGREED, true)
            .apply()
    }

    fun isAgreed(context: Context): Boolean =
        context.getSharedPreferences(FILE, Context.MODE_PRIVATE).getBoolean(AGREED, false)

    fun sendsCrashReports(context: Context): Boolean =
        context.getSharedPreferences(FILE, Context.MODE_PRIVATE).getBoolean(CRASH_REPORTS, true)
}
