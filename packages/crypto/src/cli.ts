// The frame of this project's commands, for those of its other packages: it changes with them, and promises nothing.
export {
  exitCodes,
  parseOptions,
  resultOptions,
  resultOptionsHelp,
  type Command,
  type ExitCode,
} from "./cli/command.ts"
export { readPieces, readWhole } from "./cli/pieces.ts"
export { findFiles, type FoundFile } from "./cli/plan-files.ts"
export { codeOf, messageOf } from "./cli/report.ts"
export { runFiles, type FileArguments, type FileWork } from "./cli/run-files.ts"
export { runProgram, type Program } from "./cli/run-program.ts"
export { UsageError } from "./cli/usage-error.ts"
