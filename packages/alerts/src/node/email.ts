export { emailChannel, type EmailChannel, type EmailOptions } from "./channels/email.ts"
export { parseMailAddress } from "./email/mail-address.ts"
export { englishMailWords, type MailWords } from "./email/mail-content.ts"
