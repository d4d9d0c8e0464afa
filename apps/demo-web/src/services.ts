import type { AccountService } from "./account/account-service.ts"
import type { CameraService } from "./camera/camera-service.ts"
import type { LibraryService } from "./library/library-service.ts"

/** Everything that the pages get from outside. Only this file builds adapters. */
export interface Services {
  readonly account: AccountService
  readonly library: LibraryService
  readonly cameras: CameraService
}
