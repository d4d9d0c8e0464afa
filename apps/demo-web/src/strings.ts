import type { AccountStep } from "./account/account-service.ts"

/** Every word that a person reads in this app. Another language is another object of this shape. */
export const strings = {
  product: "Darkslide",
  tagline: "A camera that only you can look through.",
  title: (page: string) => `${page} · Darkslide`,
  skip: "Skip to content",
  home: "Darkslide, home",
  navigation: "Main",
  starting: "Opening…",
  tryAgain: "Try again",
  signInAgain: "Sign in again",
  cancel: "Cancel",

  nav: { camera: "Camera", library: "Library", settings: "Settings" },

  fields: { handle: "Handle", password: "Password", repeat: "Repeat password", camera: "Camera" },

  steps: {
    asking: "Asking the server…",
    stretching: "Stretching the password in this browser…",
    proving: "Proving it without sending it…",
    opening: "Opening your keys…",
  } satisfies Record<AccountStep, string>,

  story: {
    title: "The slide stays in.",
    points: [
      "Your photo is sealed in this page, before a single byte leaves it.",
      "The server keeps sealed files. It never sees a picture, a thumbnail or your password.",
      "What you take, you can take away: every photo opens with the standard age program.",
    ],
  },

  signIn: {
    heading: "Sign in",
    button: "Sign in",
    noAccount: "New here?",
    createLink: "Create account",
  },

  createAccount: {
    heading: "Create account",
    button: "Create account",
    handleHelp: "How you sign in. 3 to 64 letters, digits, dots, dashes or underscores.",
    passwordHelp: "At least 10 characters. A few unrelated words are strong and easy to keep.",
    warningTitle: "A forgotten password cannot be recovered.",
    warning:
      "It is the only key to your photos and nobody else has a copy. Write it down, or let a password manager keep it.",
    haveAccount: "Already have an account?",
    signInLink: "Sign in",
    handleInvalid: "Use 3 to 64 letters, digits, dots, dashes or underscores.",
    tooShort: "Use at least 10 characters.",
    noMatch: "The two passwords differ. Type the same one twice.",
  },

  strength: {
    label: "Password strength",
    private: "Judged in this page, never sent.",
    levels: {
      empty: "Not typed yet",
      short: "Too short",
      weak: "Weak: easy to guess",
      fair: "Fair: longer is better",
      good: "Good",
      strong: "Strong",
    },
  },

  unlock: {
    heading: "Locked",
    lead: (handle: string) =>
      `Signed in as ${handle}. Your keys left with the last page, so your password is needed to open them again.`,
    button: "Unlock",
    signOut: "Sign out",
  },

  camera: {
    heading: "Camera",
    preview: "Live preview",
    mirrored: "mirrored in the preview only",
    lead: "What you take stays in this page until you save it, and leaves it sealed.",
    starting: "Waiting for the camera…",
    allow: "If your browser asks, allow the camera. Nothing is recorded until you take a photo.",
    unnamed: (number: number) => `Camera ${number}`,
    shutter: "Take photo",
    retake: "Retake",
    save: "Save securely",
    taken: "Photo taken. Retake it, or save it securely.",
    keep: "Keep it?",
    keepHelp: "Saving seals it here first, then sends the sealed file.",
    takenAlt: "The photo that you took",
    ready: "Camera ready.",
    sealing: "Sealing in this page…",
    uploading: (percent: number) => `Uploading the sealed file… ${percent} %`,
    uploadStarted: "Uploading the sealed file…",
    committing: "Waiting for the server to have it on disk…",
    saveProgress: "Saving",
    saved: "Saved. Only you can open it.",
    savedLink: "View it in the Library",
    cancelled: "Saving was cancelled. The photo is still here.",
    facts: (width: number, height: number) => `${width} × ${height}`,
  },

  library: {
    heading: "Library",
    lead: "Sealed on the server, opened in this page.",
    loading: "Opening your photos…",
    loaded: (count: number) => (count === 1 ? "1 photo shown" : `${count} photos shown`),
    more: "Load more",
    emptyTitle: "Nothing here yet",
    empty: "Photos that you save appear here, opened by your keys in this page.",
    emptyAction: "Go to the camera",
    photoOf: (time: string) => `Photo, ${time}`,
    clipOf: (time: string) => `Clip, ${time}`,
    clip: "Clip",
    refused: "Refused",
    refusedCount: (count: number) =>
      count === 1
        ? "One item failed its checks and is not shown. The others are fine."
        : `${count} items failed their checks and are not shown. The others are fine.`,
    today: "Today",
    yesterday: "Yesterday",
    deleted: "Photo deleted.",
  },

  photo: {
    heading: (day: string) => `Photo of ${day}`,
    headingUnknown: "Photo",
    back: "Library",
    opening: "Opening and checking every byte…",
    facts: "Facts",
    taken: "Taken",
    size: "Size",
    type: "Type",
    device: "Signed by device",
    identifier: "Capture",
    verified: "Opened in this page. Every byte matches what your device signed.",
    download: "Download",
    downloadHelp: "The picture itself, readable by anyone who gets it.",
    exportSealed: "Export sealed file",
    exportHelp: "The file as the server holds it. Opens with your exported key and the age program.",
    exported: "The sealed file is in your downloads.",
    downloaded: "The picture is in your downloads.",
    delete: "Delete",
    deleteTitle: "Delete this photo?",
    deleteText: "It is removed from the server for good, here and on your other devices. There is no way back.",
    deleteConfirm: "Delete photo",
    deleting: "Deleting…",
    fetching: (percent: number) => `Fetching the sealed file… ${percent} %`,
  },

  clip: {
    heading: (day: string) => `Clip of ${day}`,
    opening: "Opening the clip…",
    verified: "Opened in this browser, part by part: nothing plays before it matches what your device signed.",
    download: "Download",
    downloadHelp: "The clip itself, readable by anyone who gets it.",
    downloaded: "The clip is in your downloads.",
    part: "Part",
    partOf: (number: number, isLast: boolean) =>
      isLast ? `${number}, the last of a recording in parts` : `${number} of a recording in parts`,
    deleteTitle: "Delete this clip?",
    join: "Download the whole recording",
    joinHelp: "All its parts as one file, joined in this page.",
    joined: {
      whole: "The whole recording is in your downloads.",
      cut: "The recording is in your downloads. Its end is missing.",
    },
  },

  settings: {
    heading: "Settings",
    account: "Account",
    handle: "Handle",
    accountId: "Account id",
    accountIdHelp: "Made from your signing key: whoever knows it cannot be given someone else’s keys. It is no secret.",
    copy: "Copy account id",
    copied: "Account id copied.",
    copyRefused: "The browser did not allow copying: select the text and copy it by hand.",
    state: "Account state",
    stateOf: (number: number, when: string) => `Number ${number}, signed ${when}`,
    stateHelp: "Goes up with every change to your keys or devices. If it ever goes down, Darkslide stops.",
    key: "Your key",
    keyHelp:
      "An age identity file. With it, age -d opens every sealed file of this account, with or without us. Keep it like the photos themselves.",
    exportKey: "Export key",
    exportTitle: "Export your key",
    exportText: "The file opens every photo of this account without a password. Type your password to go on.",
    export: "Export",
    exported: "The key file is in your downloads.",
    server: "What the server sees",
    serverHelp: "Names, sizes and times: a short list, and worth knowing.",
    session: "This browser",
    sessionHelp: "Signing out removes this browser’s device key and closes the session.",
    signOut: "Sign out",
  },

  serverSees: {
    heading: "What the server sees",
    lead: "Darkslide seals in your browser, so the server works blind. These things it still learns.",
    seesTitle: "It sees",
    sees: [
      ["Your handle", "when you create the account and when you sign in."],
      ["Addresses", "the IP address that your browser connects from."],
      ["Sizes", "how many bytes each sealed file has."],
      ["Times", "when you sign in, save, look and delete; each photo is filed by day."],
      ["Counts", "how many photos you keep and how many devices sign for you."],
    ],
    neverTitle: "It never sees",
    never: [
      ["Your password", "it is proved, never sent, and never stored in a form that opens anything."],
      ["Pictures and thumbnails", "only sealed bytes leave this page."],
      ["When and where a photo was taken", "that lies inside the seal."],
      ["Your keys", "they reach the server wrapped under your password only."],
    ],
    honest: [
      "Two things no sealed app can rule out. The server also delivers this page: if it were replaced, it could deliver another.",
      "And whoever holds both the server’s database and its secrets could try out passwords, one costly try at a time. A long password makes that hopeless.",
    ],
  },

  notFound: {
    heading: "No such page",
    text: "The address may be mistyped, or the page has moved.",
    link: "Go to the start",
  },
} as const
