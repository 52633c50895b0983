package com.example.trailmate.tracking

import android.content.Context
import java.util.UUID

/** Tells this installation from others, by a number that means nothing elsewhere and goes with the app. */
object Installation {
    private const val KEY = "installation"

    fun id(context: Context): String {
        val preferences = context.getSharedPreferences(KEY, Context.MODE_PRIVATE)
        return preferences.getString(KEY, null) ?: UUID.randomUUID().toString().also {
            preferences.edit().putString(KEY, it).apply()
        }
    }
}
