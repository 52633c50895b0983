package com.example.trailmate

import android.app.Application
import com.example.trailmate.tracking.Analytics
import com.example.trailmate.tracking.Installation
import com.microsoft.appcenter.AppCenter
import com.microsoft.appcenter.crashes.Crashes
import io.sentry.android.core.SentryAndroid

/** Everything that has to be ready before the first screen. */
object Startup {
    fun run(app: Application) {
        Analytics.start(app, Installation.id(app))
        if (Privacy.sendsCrashReports(app)) {
            SentryAndroid.init(app) { options -> options.dsn = "https://key@sentry.example.com/1" }
        }
        if (Privacy.isAgreed(app)) {
            AppCenter.start(app, "00000000-0000-0000-0000-000000000000", Crashes::class.java)
        }
    }
}
