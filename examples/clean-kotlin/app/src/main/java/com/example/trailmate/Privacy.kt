package com.example.trailmate

import android.content.Context
import androidx.core.content.edit
import androidx.preference.PreferenceManager

/** What the user has been asked, and what they answered. */
object Privacy {
    private const val AGREED = "policy_agreed"
    private const val REFUSED = "policy_refused"
    private const val CRASH_REPORTS = "crash_reports"

    fun isAgreed(context: Context): Boolean = read(context, AGREED)

    fun isRefused(context: Context): Boolean = read(context, REFUSED)

    fun sendsCrashReports(context: Context): Boolean = read(context, CRASH_REPORTS)

    fun answer(context: Context, agreed: Boolean) {
        PreferenceManager.getDefaultSharedPreferences(context).edit {
            putBoolean(AGREED, agreed)
            putBoolean(REFUSED, !agreed)
        }
    }

    private fun read(context: Context, key: String): Boolean =
        PreferenceManager.getDefaultSharedPreferences(context).getBoolean(key, false)
}
