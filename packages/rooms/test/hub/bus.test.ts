import { memoryBus } from "../../src/hub/bus.ts"
import { busTests } from "./bus-tests.ts"

busTests("memory", memoryBus)
