package com.example.trailmate

import android.app.Application
import com.example.trailmate.tracking.Analytics
import com.example.trailmate.tracking.Installation
import com.facebook.FacebookSdk
import com.google.firebase.analytics.FirebaseAnalytics
import io.sentry.android.core.SentryAndroid

/** What starts once the user has agreed: in the handler of the button, and at every start from then on. */
object Startup {
    fun run(app: Application) {
        Analytics.start(app, Installation.id(app))
        FirebaseAnalytics.getInstance(app).setAnalyticsCollectionEnabled(true)
        FacebookSdk.sdkInitialize(app)
        if (Privacy.sendsCrashReports(app)) {
            SentryAndroid.init(app) { options -> options.dsn = "https://key@sentry.example.com/1" }
        }
    }
}
