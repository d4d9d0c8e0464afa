import "@fontsource-variable/instrument-sans/wght.css"
import "./styles/all.css"
import { DarkslideApp } from "./app.ts"
import { registerIcons } from "./icons.ts"
import { createServices } from "./services.ts"

registerIcons()
const app = new DarkslideApp()
app.services = createServices()
document.body.append(app)
