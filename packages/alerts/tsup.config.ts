import { library } from "../../tools/tsup-library.ts"

export default library()
