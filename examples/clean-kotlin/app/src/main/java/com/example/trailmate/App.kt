package com.example.trailmate

import android.app.Application
import com.example.trailmate.tracking.Analytics

class App : Application() {
    override fun onCreate() {
        super.onCreate()
        Analytics.prepare(this)
        if (Privacy.isAgreed(this)) {
            Startup.run(this)
        }
    }
}
