import "@awesome.me/webawesome/dist/components/icon/icon.js"
import { registerIconLibrary } from "@awesome.me/webawesome/dist/components/icon/library.js"
import sprite from "./icons/icons.svg?no-inline"

/**
 * Has every `<wa-icon>`, also those inside Web Awesome's own components, draw from the app's sprite. The default
 * libraries would fetch from elsewhere or assign markup, and the page's policy forbids both.
 */
export function registerIcons(): void {
  for (const library of ["default", "system"]) {
    registerIconLibrary(library, { resolver: (name) => `${sprite}#${name}`, spriteSheet: true })
  }
}
