plugins {
    alias(libs.plugins.android.application)
    alias(libs.plugins.kotlin.android)
    alias(libs.plugins.google.services)
}

android {
    namespace = "com.example.trailmate"
    compileSdk = 35

    defaultConfig {
        applicationId = "com.example.trailmate"
        minSdk = 26
        targetSdk = 35
        versionCode = 12
        versionName = "1.4"
    }

    buildFeatures {
        viewBinding = true
    }
}

dependencies {
    implementation(project(":tracking"))
    implementation(libs.androidx.appcompat)
    implementation(libs.androidx.preference)
    implementation(libs.facebook.core)
    implementation(libs.firebase.analytics)
    implementation(libs.sentry.android)
}
