import { buttonStyles } from "./buttons.ts"
import { circumstanceStyles } from "./circumstances.ts"
import { controlStyles } from "./controls.ts"
import { messageStyles } from "./message.ts"
import { noticeStyles } from "./notices.ts"
import { pictureStyles } from "./picture.ts"
import { themeStyles } from "./theme.ts"

let sheet: CSSStyleSheet | undefined

/** One sheet for all elements of the page; made when the first is, since Node has none. Later rules win. */
export function styleSheet(): CSSStyleSheet {
  if (sheet === undefined) {
    sheet = new CSSStyleSheet()
    sheet.replaceSync(
      themeStyles + pictureStyles + messageStyles + buttonStyles + controlStyles + noticeStyles + circumstanceStyles,
    )
  }
  return sheet
}
