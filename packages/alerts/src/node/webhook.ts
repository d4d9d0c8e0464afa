export { signWebhook, verifyWebhook, type WebhookHeaders } from "../webhook/standard-webhooks.ts"
export {
  generateWebhookKeyPair,
  generateWebhookSecret,
  parseWebhookKey,
  type WebhookKey,
} from "../webhook/webhook-key.ts"
export { webhookChannel, type WebhookOptions } from "./channels/webhook.ts"
export type { GuardOptions, Lookup } from "./http/guarded-sender.ts"
