/** For each error code of crypto, capture and the server: what happened, what to do. Part of the app's strings. */
export const errorStrings: Readonly<Record<string, { readonly what: string; readonly todo: string }>> = {
  ...sharing(["ACCOUNT_LOGIN_FAILED", "LOGIN_FAILED"], {
    what: "The handle or the password is wrong.",
    todo: "Check both and try again. Mind capital letters.",
  }),
  ACCOUNT_SERVER_CHANGED: {
    what: "This server shows another key than the one your browser knows.",
    todo: "Do not go on. Check the address, and ask whoever runs the server whether it was replaced.",
  },
  ACCOUNT_SUITE_REFUSED: {
    what: "The server asks for weaker protection than this app accepts.",
    todo: "Do not go on. Reload the page; if it stays, ask whoever runs the server.",
  },
  ACCOUNT_STATE_INVALID: {
    what: "The server gave account data that your account did not sign.",
    todo: "Nothing was opened with it. Reload the page; if it stays, do not use this server.",
  },
  ACCOUNT_ROLLED_BACK: {
    what: "The server shows an older account than this browser has already seen.",
    todo: "Do not go on. It may have been restored from a backup, or it is lying: ask whoever runs it.",
  },

  PAGE_NOT_LOADED: {
    what: "This page of the app did not come.",
    todo: "Check the network and try again. If it stays, the server has a newer app: load it anew.",
  },

  ROOMS_LINK_MALFORMED: { what: "This is no invitation.", todo: "Copy the whole link, from https to its end." },
  ROOMS_LINK_WRONG: { what: "This link does not open the room.", todo: "Ask for a new one." },
  ROOMS_LINK_REVOKED: { what: "This link was replaced.", todo: "Ask for a new one." },
  ROOMS_CODE_WRONG: { what: "The code or password is wrong.", todo: "Check it. A code has only five tries." },
  ROOMS_CODE_BURNED: { what: "This code is used up.", todo: "Ask for a new one." },
  ROOMS_PASSWORD_WRONG: { what: "The password does not open this link.", todo: "Check it and try again." },
  ROOMS_NOT_FOUND: { what: "There is no such room.", todo: "Check the link or the name." },
  ROOMS_EXPIRED: { what: "It is gone.", todo: "It was deleted, cleared away, or its time is over." },
  ROOMS_NOBODY_TO_ADMIT: {
    what: "Nobody is there to let you in.",
    todo: "Try again when somebody who may is inside.",
  },
  ROOMS_NOT_ADMITTED: { what: "You were not let in.", todo: "Ask the people inside." },
  ROOMS_FULL: { what: "The room is full.", todo: "Try again when somebody has left." },
  ROOMS_LOCKED: { what: "The room is locked.", todo: "Ask the people inside to open it." },
  ROOMS_REMOVED: { what: "You were removed from the room.", todo: "Your link is dead too. Ask for a new one." },
  ROOMS_SESSION_LOST: {
    what: "You lost your place in this room.",
    todo: "You were away for too long, or the server began anew. Go in again.",
  },
  ROOMS_CLOSED: { what: "The room is closed for you.", todo: "Go in again." },
  ROOMS_FORBIDDEN: { what: "Your role here does not allow this.", todo: "Ask the owner for another one." },
  ROOMS_UNREACHABLE: { what: "The server cannot be reached.", todo: "Check the network and try again." },
  ROOMS_LIMIT_EXCEEDED: { what: "That was too much, or too often.", todo: "Wait a little and try again." },
  ROOMS_MEDIA_UNSUPPORTED: {
    what: "This browser cannot seal a call.",
    todo: "Use a current Chrome, Edge, Firefox or Safari. Talk and pictures of channels work here.",
  },
  ROOMS_INSECURE_CONTEXT: {
    what: "Browsers give keys and cameras only to secure pages.",
    todo: "Open this page by https, or on this very machine as localhost.",
  },
  MICROPHONE_INSECURE: {
    what: "Browsers give microphones only to secure pages.",
    todo: "Open this page by https, or on this very machine as localhost.",
  },
  MICROPHONE_DENIED: {
    what: "Your browser blocks the microphone for this site.",
    todo: "Allow it in the site settings beside the address, then try again. You can join without.",
  },
  MICROPHONE_NOT_FOUND: {
    what: "No microphone was found.",
    todo: "Plug one in or switch it on, then try again. You can join without.",
  },
  MICROPHONE_BUSY: {
    what: "The microphone cannot be used.",
    todo: "Another program may have it. Close that, then try again. You can join without.",
  },
  MICROPHONE_ENDED: {
    what: "The microphone stopped.",
    todo: "It may have been unplugged. Choose another one, or try again.",
  },
  ROOMS_FORGED: {
    what: "Something came that was not made by who it says.",
    todo: "It was not shown. If it stays, do not use this server.",
  },
  ROOMS_MALFORMED: { what: "Something came that nobody here understands.", todo: "Reload the page and try again." },
  ROOMS_FORKED: {
    what: "The server shows the people in this room different things.",
    todo: "The room is closed. Do not use this server.",
  },

  METADATA_UNKNOWN_FORMAT: {
    what: "This is no photo or clip that Darkslide knows.",
    todo: "Add JPEG, PNG, WebP, GIF, HEIC, AVIF, MP4 or WebM.",
  },
  METADATA_MALFORMED: {
    what: "The file is damaged.",
    todo: "Open it in another program and save it anew, then add that.",
  },
  METADATA_LIMIT_EXCEEDED: {
    what: "The file asks for more than a sound one needs.",
    todo: "Open it in another program and save it anew, then add that.",
  },
  METADATA_UNSUPPORTED: {
    what: "This cannot be done to a file of this kind.",
    todo: "Save it as JPEG or PNG in another program, then add that.",
  },
  METADATA_SCRUB_INCOMPLETE: {
    what: "Something would have been left in the file.",
    todo: "Nothing was kept of it. Save it anew in another program, then add that.",
  },
  METADATA_UNREADABLE: {
    what: "The file cannot be read any more.",
    todo: "It may have been moved or changed. Choose it again.",
  },
  FILE_TOO_LARGE: { what: "The file is larger than 200 MB.", todo: "Make it smaller first." },
  FILE_EMPTY: { what: "The file is empty.", todo: "Choose another one." },
  FILE_UNDRAWABLE: {
    what: "This browser cannot draw the file.",
    todo: "Save it as JPEG or PNG in another program, then add that.",
  },

  HISTORY_ROLLED_BACK: {
    what: "The server shows an older history than your account vouches for.",
    todo: "Do not go on. It may have been restored from a backup, or it is lying: ask whoever runs it.",
  },
  HISTORY_TAMPERED: {
    what: "The server gave a history that is not the one you wrote.",
    todo: "Nothing of it was taken over. Do not use this server before you know why.",
  },
  HISTORY_INCOMPLETE: {
    what: "Parts of your history are missing on the server.",
    todo: "Nothing of it was taken over. Ask whoever runs the server.",
  },
  HISTORY_MALFORMED: {
    what: "This history is of a form that is not known here.",
    todo: "Reload the page for the newest version. A file to import has one record in each line.",
  },
  HISTORY_LIMIT_EXCEEDED: {
    what: "A line of the file is longer than any record.",
    todo: "Import a file that was exported here.",
  },
  HISTORY_CONFLICT: {
    what: "Others are writing your history at this moment.",
    todo: "Nothing is lost. Try again in a moment.",
  },

  CAPTURE_INSECURE: {
    what: "Browsers give cameras only to secure pages.",
    todo: "Open this page by https, or on this very machine as localhost.",
  },
  CAPTURE_POLICY_BLOCKED: {
    what: "This page is not allowed to use cameras.",
    todo: "Open it in its own tab rather than inside another site.",
  },
  CAPTURE_UNSUPPORTED: {
    what: "This browser cannot use cameras.",
    todo: "Use a current Chrome, Edge, Firefox or Safari.",
  },
  CAPTURE_DENIED: {
    what: "Your browser blocks the camera for this site.",
    todo: "Allow it in the site settings beside the address, then try again.",
  },
  CAPTURE_DISMISSED: {
    what: "The camera question was closed without an answer.",
    todo: "Try again, and choose Allow.",
  },
  CAPTURE_DENIED_BY_OS: {
    what: "Your system blocks cameras for this browser.",
    todo: "Allow the browser in the system’s privacy settings, then try again.",
  },
  CAPTURE_NOT_FOUND: {
    what: "No camera was found.",
    todo: "Plug one in or switch it on, then try again.",
  },
  CAPTURE_BUSY: {
    what: "Another program is using the camera.",
    todo: "Close video calls and other camera apps, then try again.",
  },
  CAPTURE_OVERCONSTRAINED: {
    what: "This camera cannot do what was asked of it.",
    todo: "Choose another camera, or try again.",
  },
  CAPTURE_RECORDING_FAILED: {
    what: "The browser could not record.",
    todo: "Try again, with a smaller picture if it stays.",
  },
  CAPTURE_SEGMENTS_INVALID: {
    what: "These parts do not make one recording.",
    todo: "One may be missing or damaged. Each still plays by itself.",
  },
  CLIP_UNPLAYABLE: {
    what: "This browser cannot play this clip.",
    todo: "Download it and open it with another player.",
  },
  CAPTURE_ENDED: {
    what: "The camera stopped.",
    todo: "It may have gone to sleep or lost its permission. Try again.",
  },
  CAPTURE_UNPLUGGED: {
    what: "The camera was unplugged.",
    todo: "Plug it in again or choose another one.",
  },
  CAPTURE_READBACK_TAMPERED: {
    what: "This browser alters pictures when pages read them.",
    todo: "Turn off its fingerprinting protection for this site, or the photos would be noise.",
  },

  CAPTURE_MEDIA_INVALID: {
    what: "The picture is damaged or was swapped.",
    todo: "It does not match what your device signed, so it is not shown. Your other photos are fine.",
  },
  CAPTURE_RECORD_INVALID: {
    what: "The record of this photo is damaged or was swapped.",
    todo: "It cannot be trusted, so it is not shown. Your other photos are fine.",
  },
  CAPTURE_THUMBNAIL_INVALID: {
    what: "The thumbnail is damaged or was swapped.",
    todo: "Open the photo to see whether the picture itself is sound.",
  },
  CAPTURE_FOREIGN: {
    what: "This belongs to another photo or another account.",
    todo: "The server put it in the wrong place, so it is not shown. Your other photos are fine.",
  },
  CAPTURE_UNSIGNED: {
    what: "None of your devices signed this photo.",
    todo: "Someone else may have put it here, so it is not shown.",
  },
  CAPTURE_ROLLED_BACK: {
    what: "The server shows an older version of this photo than this browser has seen.",
    todo: "It may have been restored from a backup. Nothing older is shown.",
  },
  CAPTURE_UPLOAD_REJECTED: {
    what: "The server refused the upload.",
    todo: "The photo is still here. Reload the app in another tab to see whether it is up to date, then try again.",
  },
  CAPTURE_UPLOAD_INTERRUPTED: {
    what: "The upload was interrupted.",
    todo: "The photo is still here. Check your connection and save it again.",
  },

  CAPTURE_QUEUE_FULL: {
    what: "This browser has no room for another photo.",
    todo: "Go online so that waiting photos are sent, or remove some. The photo is still here.",
  },
  CAPTURE_QUEUE_CORRUPT: {
    what: "This photo was damaged where the browser kept it.",
    todo: "It cannot be sent any more. Remove it; the others are fine.",
  },
  CAPTURE_QUEUE_UNAVAILABLE: {
    what: "This browser does not let pages keep anything.",
    todo: "The photo is still here. Leave private browsing, or allow this site to store data, then try again.",
  },

  CRYPTO_MALFORMED: {
    what: "This is not a sealed file.",
    todo: "It is damaged or of another kind, so it is not opened.",
  },
  CRYPTO_LIMIT_EXCEEDED: {
    what: "This sealed file asks for too much work.",
    todo: "It may be a trap, so it is not opened.",
  },
  CRYPTO_NO_IDENTITY_MATCHED: { what: "None of your keys opens this.", todo: "It was sealed to someone else." },
  CRYPTO_AUTHENTICATION_FAILED: { what: "A seal is broken.", todo: "The data was altered or cut, so it is not shown." },

  HANDLE_TAKEN: { what: "This handle is taken.", todo: "Choose another one, or sign in if it is yours." },
  RATE_LIMITED: { what: "Too many tries in a short time.", todo: "Wait a few minutes, then try again." },
  QUOTA_EXCEEDED: {
    what: "Your space on the server is full.",
    todo: "Delete photos that you no longer need, then save again.",
  },
  DISK_FULL: {
    what: "The server’s disk is full.",
    todo: "The photo is still here. Try again later, or tell whoever runs the server.",
  },
  NOT_SIGNED_IN: { what: "Your session has ended.", todo: "Sign in again to go on." },
  STATE_INVALID: { what: "The server did not accept the account data.", todo: "Reload the page and try again." },
  STATE_CONFLICT: {
    what: "Another of your devices changed the account just now.",
    todo: "Try again: the newest state is taken first.",
  },
  CAPTURE_DELETED: { what: "This photo was deleted.", todo: "A deleted photo does not come back, on any device." },
  PHOTO_NOT_FOUND: { what: "There is no such photo.", todo: "Go back to the Library to see what is there." },
  CAPTURE_CONFLICT: {
    what: "The server already has another photo under this name.",
    todo: "Retake the photo and save it again.",
  },
  CAPTURE_MALFORMED: {
    what: "The server could not read what was saved.",
    todo: "Reload the page and take the photo again.",
  },
  UPLOAD_NOT_READY: { what: "The server has not received all of the photo.", todo: "Save it again." },
  OFFLINE: { what: "The server cannot be reached.", todo: "Check your connection, then try again." },
  ...sharing(
    ["SERVER_MALFORMED", "NOT_FOUND", "REQUEST_INVALID", "REQUEST_MALFORMED", "BODY_TOO_LARGE", "TOMBSTONE_INVALID"],
    {
      what: "The server and this page do not understand each other.",
      todo: "Reload the page. If it stays, tell whoever runs the server.",
    },
  ),
  ...sharing(["SERVER_FAILED", "INTERNAL_ERROR", "SERVER_BUSY"], {
    what: "The server has a problem of its own.",
    todo: "Try again in a moment, or tell whoever runs the server.",
  }),
  ...sharing(["UPLOAD_EXPIRED", "UPLOAD_NOT_FOUND", "UPLOAD_OFFSET_CONFLICT", "TOO_MANY_UPLOADS"], {
    what: "The server gave up this upload.",
    todo: "The photo is still here. Save it again.",
  }),
  CAMERA_NOT_GRANTED: {
    what: "The camera is not allowed here yet.",
    todo: "Open the Camera page, allow it for good, then arm this browser.",
  },
  STEP_UP_NEEDED: { what: "Your password was proved some time ago.", todo: "Type it again to go on." },
  DESTINATION_REFUSED: {
    what: "Nothing can be sent there.",
    todo: "Use one plain mail address, or a whole https address.",
  },
  TOO_MANY_TARGETS: { what: "These are as many destinations as fit.", todo: "Remove one first." },
  PUSH_DENIED: {
    what: "Your browser does not allow notifications here.",
    todo: "Allow them in the site settings beside the address, then try again.",
  },
  PUSH_UNAVAILABLE: {
    what: "This browser cannot be reached by pushes.",
    todo: "Use https and a browser that is connected to its push service, or be told by mail.",
  },
  ORIGIN_REFUSED: {
    what: "The server does not accept requests from this address.",
    todo: "Open the app under the address that the server prints at its start.",
  },
  ACCOUNT_TAKEN: { what: "This account exists already.", todo: "Sign in instead." },
  UNEXPECTED: { what: "Something unexpected went wrong.", todo: "Try again. If it stays, reload the page." },
}

/** What to do about a limit that says when it ends. */
export function tryAgainIn(ms: number): string {
  const minutes = Math.ceil(ms / 60_000)
  return minutes <= 1 ? "Try again in a minute." : `Try again in ${minutes} minutes.`
}

function sharing<Words>(codes: readonly string[], words: Words): Record<string, Words> {
  return Object.fromEntries(codes.map((code) => [code, words]))
}
