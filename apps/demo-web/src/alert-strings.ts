import type { AlertKind, AlertTarget, SentAlert, TargetChannel } from "./alerts/alerts-service.ts"
import type { AlertContentChoice } from "./sentinel/sentinel-service.ts"

const listFormat = new Intl.ListFormat("en", { type: "conjunction" })

/** The words of Alerts, of arming a browser, and of its photos: part of the app's strings. */
export const alertStrings = {
  heading: "Alerts",
  lead: "Who failed to get in, and how you hear of it.",
  loading: "Asking what happened…",
  mailFiles:
    "This server has no mail server yet. Mails are written as .eml files into the folder “mail” of its data folder.",

  happened: "What happened",
  nothing: "Nothing. Nobody failed to sign in.",
  photoAt: (time: string) => `Photo of ${time}`,
  takenOn: (device: string) => `Taken on ${device}, while signed out`,
  forgeable:
    "Taken while nobody was signed in: whoever sat there could have sent another picture. The server could not.",
  refused: "This photo failed its checks and is not shown.",
  view: "View",
  viewOf: (time: string) => `View the photo of ${time}`,
  delete: "Delete",
  deleteOf: (time: string) => `Delete the photo of ${time}`,
  deleted: "The photo is gone, also from the server.",
  close: "Close",
  more: (count: number, device: string) =>
    count === 1 ? `One more try on ${device}, without a photo` : `${count} more tries on ${device}, without a photo`,
  kinds: {
    intruder: (total: number) =>
      total === 1 ? "A photo after failed sign-ins" : `${total} photos after failed sign-ins`,
    logins: (total: number) =>
      total === 1
        ? "Several failed sign-ins to your account"
        : `Several failed sign-ins to your account, ${total} times`,
    devices: (total: number) => (total === 1 ? "A sentinel saved a capture" : `Sentinels saved ${total} captures`),
    channels: () => "Alerts no longer get through one of your channels",
  } satisfies Record<AlertKind, (total: number) => string>,
  inLibrary: "Look at it in the Library",
  statuses: { active: "Open", acknowledged: "Seen", resolved: "Over" },
  acknowledge: "Seen",
  acknowledgeOf: (what: string) => `Seen: ${what}`,
  acknowledged: "Noted.",

  rules: "When you are told",
  ruleWords: {
    intruder: [
      "Three wrong passwords on an armed browser",
      "It takes a photo, and you are told at once, at any hour. More photos within 15 minutes are told in one.",
    ],
    logins: [
      "Five wrong passwords for your account within 10 minutes, anywhere",
      "You are told at once, but not in your quiet hours: then at their end.",
    ],
    devices: [
      "A sentinel of yours that saved a capture",
      "You are told at once, but not in your quiet hours. More within 15 minutes are told in one.",
    ],
    channels: [
      "A channel that has delivered nothing for 10 minutes",
      "You are told through all of your channels, so that a silent one does not stay unnoticed.",
    ],
  } satisfies Record<AlertKind, readonly [when: string, what: string]>,
  mute: "Mute",
  muteWhat: "What",
  muteKinds: {
    everything: "Everything",
    intruder: "Photos of armed browsers",
    logins: "Failed sign-ins",
    devices: "Sentinels",
    channels: "Silent channels",
  } satisfies Record<AlertKind | "everything", string>,
  muteFor: "For how long",
  muteLengths: {
    hour: "An hour",
    tomorrow: "Until tomorrow, 08:00",
    open: "Until I say so",
  },
  muteHelp:
    "What comes meanwhile is told nowhere, not even later. Photos are taken and kept all the same, and stand on this page.",
  muted: "Muted.",
  mutedUntil: (end: string | undefined) => (end === undefined ? "Muted until you say so." : `Muted until ${end}.`),
  mutedEvents: (count: number) => (count === 0 ? "" : count === 1 ? "Once since then." : `${count} times since then.`),
  mutedKinds: (kinds: readonly string[]) => `You hear nothing of ${listFormat.format(kinds).toLowerCase()}.`,
  mutedEverything: (end: string | undefined) =>
    end === undefined ? "You hear nothing at all, until you say so." : `You hear nothing at all until ${end}.`,
  muteSee: "See when you are told",
  endMute: "Tell me again",
  endMuteOf: (kind: string) => `Tell me again: ${kind}`,
  unmuted: "You are told again.",

  channels: "Where you are told",
  noChannels: "Nowhere yet: alerts only stand on this page.",
  channel: "By",
  channelNames: { mail: "Mail", push: "Push to a browser", webhook: "Webhook", ntfy: "ntfy" } satisfies Record<
    TargetChannel,
    string
  >,
  destination: {
    mail: "Mail address",
    push: "",
    webhook: "URL",
    ntfy: "URL of the topic",
  } satisfies Record<TargetChannel, string>,
  learns: {
    mail: "Your mail provider reads the words and the link.",
    push: "The push service reads nothing: the words are sealed for that browser.",
    webhook: "Whoever runs the URL reads the words and the link.",
    ntfy: "The ntfy server learns only that there is an alert, and the link.",
  } satisfies Record<TargetChannel, string>,
  add: "Add",
  added: "Added. Send a test to see that it works.",
  pushHere: "Notify this browser",
  pushAdded: "This browser shows alerts now, also while no page is open.",
  secret: "Signs what it is sent (Standard Webhooks). Shown only now:",
  test: "Send test",
  testOf: (name: string) => `Send a test: ${name}`,
  testing: "Sending a test…",
  tested: "The test was handed over.",
  testFailed: (code: string) => `The test did not get through (${code}).`,
  remove: "Remove",
  removeOf: (name: string) => `Remove ${name}`,
  removed: "Removed.",
  healthWords: {
    unused: "Not used yet",
    working: "Works",
    failing: "Fails",
  } satisfies Record<AlertTarget["health"]["state"], string>,
  healthSince: (words: string, time: string) => `${words}, ${time}`,
  stepUpTitle: "Your password, please",
  stepUp: "Where alerts go is worth a proof that it is you.",
  goOn: "Go on",

  quiet: "Quiet hours",
  quietHelp: (zone: string) => `What happens then is told at their end. Photos are told at any hour. Times of ${zone}.`,
  quietFrom: "From",
  quietTo: "Until",
  quietSave: "Keep quiet then",
  quietNone: "No quiet hours",
  quietSaved: "Saved.",

  armed: "Armed browsers",
  noArmed: "None. Arm the browser that you are using in Settings.",
  armedOn: (day: string) => `Armed on ${day}`,
  disarm: "Disarm",
  disarmOf: (name: string) => `Disarm ${name}`,
  disarmed: "Disarmed. It takes no photos any more.",

  log: "Delivery log",
  noLog: "Nothing was sent yet.",
  logColumns: ["When", "By", "To", "What", "How it went"],
  logKinds: {
    new: "Alert",
    more: "More of it",
    update: "Update",
    reminder: "Reminder",
    escalation: "Escalation",
    resolved: "It is over",
    test: "Test",
  } as Readonly<Record<string, string>>,
  logStates: {
    waiting: "Waits",
    sent: "Handed over",
    dead: "Given up",
    expired: "Too old",
  } satisfies Record<SentAlert["state"], string>,

  arm: {
    heading: "Sentinel",
    lead: "After three wrong passwords on this browser, it can take one photo of who sits there. The photo is sealed for you alone.",
    open: "Off by default, never hidden: the sign-in form says so, and the camera’s light is on while it takes the photo. It never asks for the camera then: allow it before.",
    off: "This browser is not armed.",
    on: "This browser is armed.",
    onForOther: "This browser is armed for another account. Arming it for yours ends that.",
    notGranted: "Open the Camera page once and allow the camera for good. Then this browser can be armed.",
    content: "What mails carry",
    contents: {
      link: "Only a link (safest)",
      sealed: "The sealed photo, which only your key opens",
      clear: "The photo itself",
    } satisfies Record<AlertContentChoice, string>,
    contentHelp: {
      link: "The photo stays sealed on the server until you sign in.",
      sealed: "An age file. Your exported key opens it.",
      clear: "Your mail provider and this server see the picture. Choose it only if you accept that.",
    } satisfies Record<AlertContentChoice, string>,
    button: "Arm this browser",
    change: "Change what mails carry",
    disarm: "Disarm this browser",
    armed: "This browser is armed.",
    disarmed: "This browser is no longer armed.",
    law: "You are responsible for it: whoever uses this machine must be able to know.",
  },
  loginLine: "After three wrong passwords this browser takes a photo for its owner.",

  wasItYou: {
    heading: "Was this you?",
    photos: (count: number) =>
      count === 1
        ? "After wrong passwords on a browser of yours a photo was taken."
        : `After wrong passwords on browsers of yours ${count} photos were taken.`,
    mine: "It was me: delete",
    notMine: "Not me: keep",
    kept: "Kept in Alerts.",
    link: "All alerts",
  },
} as const
