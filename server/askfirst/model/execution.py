"""Who runs a piece of code that is handed over: at once, later by itself, or only after a person's act.

Words of the platform, of Kotlin's library and of the usual UI toolkits (documentation of android.view.View,
android.content.DialogInterface, androidx.activity.result, kotlinx.coroutines, RxJava, Compose foundation).
"""

from __future__ import annotations

import re

from askfirst.model.wording import words

# Calls that run what they are given, now or as soon as a thread is free: posting is still a call.
RUNS = frozenset(
    (
        "let run apply also with use forEach forEachIndexed onEach map mapNotNull filter flatMap any all none "
        "firstOrNull first takeIf takeUnless repeat synchronized withLock buildString buildList runCatching "
        "getOrElse ifEmpty measureTimeMillis sequence edit commit transaction post postDelayed postAtTime "
        "postAtFrontOfQueue runOnUiThread execute submit schedule scheduleAtFixedRate invokeAll "
        "scheduleWithFixedDelay start thread Thread launch async runBlocking withContext withTimeout "
        "withTimeoutOrNull coroutineScope supervisorScope launchWhenCreated launchWhenStarted "
        "launchWhenResumed repeatOnLifecycle whenStarted whenResumed lifecycleScope flow channelFlow "
        "callbackFlow fromCallable fromRunnable fromAction defer create just doAsync executeOnExecutor "
        "runInBackground Timer HandlerThread AsyncTask addIdleHandler "
        "doOnCreate doOnLayout doOnPreDraw doOnAttach LaunchedEffect SideEffect DisposableEffect setContent "
        "remember produceState derivedStateOf startKoin androidContext module single factory modules"
    ).split()
)

# Calls that keep code by a key or for a later assignment: who asks for the key runs it, nobody else.
KEEPS = frozenset(
    "to mapOf mutableMapOf hashMapOf linkedMapOf Pair put set buildMap observable vetoable setMethodCallHandler setMessageHandler "
    "setStreamHandler".split()
)

# Calls that put code into a collection, and others that do not run what is in it.
COLLECTS = frozenset("add addLast addFirst offer push put plusAssign addAll register".split())
HANDLES = COLLECTS | frozenset("clear size isEmpty isNotEmpty remove removeAll contains indexOf set toString equals".split())
# Ends of streams, which run their code for each element.
STREAMS = frozenset("subscribe subscribeBy collect collectLatest onEach doOnNext launchIn observe forEach map".split())
# Operators of streams that run their code for each element.
ELEMENTS = STREAMS | frozenset(
    "filter filterNot mapNotNull mapLatest flatMap flatMapLatest flatMapSingle flatMapMaybe flatMapCompletable flatMapConcat flatMapMerge "
    "switchMap switchMapSingle switchMapCompletable concatMap concatMapSingle observeForever collectIndexed transform takeWhile "
    "doAfterNext doOnEach subscribeWith".split()
)

# Streams of what a person does with a view; chains that ask for a permission and answer what was said.
VIEW_STREAMS = re.compile(r"clicks$|(?:text|checked|selection|query)\w*changes$|touches$|selections$|^drags$", re.I)
REQUESTS = re.compile(r"^(?:request\w*|ensure\w*|check|start|send|explain\w*|onGranted|onDenied)$")
PERMISSIONS = re.compile(r"^(?:[A-Z]\w*Permissions?\w*|Permission[A-Z]\w*|(?:with|request|ensure)Permissions?|permissions?|Dexter)$")

# Words behind which a person has to act first, in names like onItemClick, setOnCheckedChangeListener, onAgreeButtonTapped.
_ACTS = frozenset(
    "click clicked clicks touch touched tap tapped press pressed longpress select selected checked toggle toggled swipe swiped drag "
    "dragged drop dropped scroll scrolled agree agreed accept accepted allow allowed confirm confirmed consent consented grant granted "
    "positive negative neutral cancel cancelled canceled dismiss dismissed refuse refused reject rejected deny denied decline declined "
    "submit submitted permission permissions signin choice gesture menu editor preference dateset timeset focus".split()
)
# More words, where the name is a parameter's or a property's: `onNext = { }` of a screen is a button, `onNext` of a stream is not.
_BUTTONS = frozenset("next skip continue finish done ok yes close back option".split())
_HEADS = frozenset({"on", "set", "add", "do", "register"})
_CALLS = re.compile(
    r"^(?:set)?(?:positive|negative|neutral)button$|^set(?:items|singlechoiceitems|multichoiceitems)$|^setaction$|^clickable$"
    r"|^combinedclickable$|^clicks$|^(?:debounced|single|safe|throttle\w*)click\w*$|^registerfor\w*result$|^\w*clicklistener$"
    r"|^rememberlauncherforactivityresult$|^detecttapgestures$|^addtextchangedlistener$|^do(?:on|after|before)textchanged$|^snackbar$|^addonbackpressedcallback$"
    r"|^addcallback$|querytext|activityresult|navigationitem",
    re.I,
)
_PERSON_TYPE = re.compile(
    r"(click|touch|longclick|key|drag|focuschange|checkedchange|itemselected|itemclick|menuitem|editoraction|seekbarchange"
    r"|querytext|tabselected|preferencechange|preferenceclick|dateset|timeset|cancel|dismiss)\w*listener$|textwatcher$|contentobserver$"
    r"|^clickablespan$|gesturelistener$|activityresultcallback$|onbackpressedcallback$|actionmode.callback$"
    r"|dialoginterface\.|^urlspan$",
    re.I,
)
# Callback methods that a person triggers, whatever class they stand in.
_PERSON_METHODS = frozenset(
    (
        "onClick onLongClick onTouch onTouchEvent onKeyDown onKeyUp onKey onBackPressed onOptionsItemSelected "
        "onMenuItemClick onContextItemSelected onNavigationItemSelected onItemClick onItemSelected "
        "onItemLongClick onCheckedChanged onActivityResult onRequestPermissionsResult onPermissionsGranted "
        "onPermissionsDenied onPreferenceClick onPreferenceChange onPreferenceTreeClick onQueryTextSubmit "
        "onQueryTextChange onEditorAction onTabSelected onTabReselected onDateSet onTimeSet onSwiped onDrag "
        "onFling onSingleTapUp onSingleTapConfirmed onDoubleTap onLongPress onScroll onUserInteraction "
        "onCancel onDismiss onPageSelected onProgressChanged onStopTrackingTouch onNewIntent "
        "onSharedPreferenceChanged onTextChanged afterTextChanged beforeTextChanged onAgree onConfirm onContextClick "
        "dispatchTouchEvent onInterceptTouchEvent onMenuItemSelected onCreateOptionsMenu onPrepareOptionsMenu "
        "onReceive onTileAdded onTrimMemory onLowMemory onDestroy onDestroyView onStop onPause onDetach "
        "onTerminate onSaveInstanceState onConfigurationChanged onDisabled onUnbind onTaskRemoved onCleared "
        "finalize shouldOverrideUrlLoading onJsAlert onJsConfirm onJsPrompt onShowFileChooser onPermissionRequest "
        "onGeolocationPermissionsShowPrompt onCreateWindow"
    ).split()
)

# Callback methods that run by themselves once their object is made or started.
LIFECYCLE = frozenset(
    (
        "<init> <fields> <clinit> attachBaseContext onCreate onPostCreate onStart onPostResume onResume "
        "onCreateView onViewCreated onActivityCreated onAttach onAttachedToWindow onWindowFocusChanged "
        "onViewStateRestored onRestart onStartCommand onHandleIntent onHandleWork onBind doWork startWork "
        "createWork onStartJob onRunJob create onCreateDialog onCreatePreferences onFinishInflate "
        "onServiceConnected getContentView initView initData init "
        "configureFlutterEngine onAttachedToEngine onAttachedToActivity getPackages createNativeModules"
    ).split()
)
LAUNCHES = frozenset(
    (
        "startActivity startActivities startActivityForResult startService startForegroundService bindService "
        "sendBroadcast launch enqueueWork navigate navigateUpTo startActivityIfNeeded replace add setClass"
    ).split()
)
# Callback methods that code in another language asks for by name, and annotations of such methods: who reads Java and Kotlin cannot
# tell when (docs.flutter.dev, "Writing custom platform-specific code"; reactnative.dev, "Android Native Modules").
SCRIPTED = frozenset("onMethodCall onListen onMessage @ReactMethod @PluginMethod @JavascriptInterface".split())
# Objects that their framework runs wherever they are kept.
FRAMEWORK = ("com.facebook.react.ReactNativeHost", "com.facebook.react.defaults.DefaultReactNativeHost")

# Calls whose class-literal argument is a component that gets started by the intent or request they make.
STARTERS = frozenset(
    "Intent setClass startActivity startService startForegroundService bindService startActivityForResult intentFor createIntent "
    "newIntent OneTimeWorkRequest PeriodicWorkRequest Builder from OneTimeWorkRequestBuilder makeIntent start enqueueWork get "
    "ViewModelProvider of newInstance instantiate setClassName initializeComponent".split()
)
# The same of single kinds of components: transactions of fragments, JobInfo's builder.
FRAGMENTS = ("androidx.fragment.app.Fragment", "android.app.Fragment", "android.support.v4.app.Fragment")
ONLY_STARTS = {
    "add": FRAGMENTS, "replace": FRAGMENTS, "show": FRAGMENTS, "ComponentName": ("android.app.job.JobService",),
}  # fmt: skip
# Calls whose type argument is made or started by them.
MAKERS = frozenset(
    "viewModels activityViewModels viewModel hiltViewModel navGraphViewModels koinViewModel getViewModel startActivity startService "
    "intentFor createIntent OneTimeWorkRequestBuilder PeriodicWorkRequestBuilder launchActivity fragment instantiate".split()
)
# What makes a PendingIntent of an intent, and who sends one by itself: alarms, places and activities that are watched
# (developer.android.com: AlarmManager, LocationManager, FusedLocationProviderClient, GeofencingClient, ActivityRecognitionClient).
PENDING = frozenset("getActivity getActivities getBroadcast getService getForegroundService".split())
SENDS = frozenset(
    "setExact setRepeating setInexactRepeating setWindow setAndAllowWhileIdle setExactAndAllowWhileIdle setAlarmClock send "
    "requestLocationUpdates requestSingleUpdate addGeofences requestActivityUpdates requestActivityTransitionUpdates".split()
)
BROADCASTS = frozenset({"sendBroadcast", "sendOrderedBroadcast", "sendBroadcastAsUser"})
COMPONENTS = (
    "android.app.Activity", "android.app.Service", "android.content.BroadcastReceiver", "androidx.work.ListenableWorker",
    "android.app.job.JobService", "androidx.startup.Initializer", *FRAGMENTS,
)  # fmt: skip


def waits(name: str) -> bool:
    """Whether code given to a call of this name waits for a person."""
    return _CALLS.search(name) is not None or _acts(name, _ACTS)


def waits_parameter(name: str) -> bool:
    """The same for the name of the parameter, property or variable that takes the code."""
    return waits(name) or _acts(name, _BUTTONS)


def _acts(name: str, acts: frozenset[str]) -> bool:
    parts = words(name)
    return len(parts) > 1 and parts[0] in _HEADS and not acts.isdisjoint(parts[1:])


def waits_type(name: str) -> bool:
    """Whether an interface or class of this name is called back only after a person's act."""
    return _PERSON_TYPE.search(name) is not None


def waits_method(name: str) -> bool:
    """Whether a callback method of this name runs only after a person's act, or never on a first start."""
    return name in _PERSON_METHODS or waits(name)
