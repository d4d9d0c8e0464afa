import { mlsGroupKeys } from "../../src/group/mls-provider.ts"
import { staticLinkKey } from "../../src/group/static-link-key.ts"
import { followsPeopleTests, groupKeysTests } from "./group-keys-tests.ts"

groupKeysTests("MLS", mlsGroupKeys())
followsPeopleTests("MLS", mlsGroupKeys())
groupKeysTests("MLS with X-Wing", mlsGroupKeys({ kem: "x-wing" }))
followsPeopleTests("MLS with X-Wing", mlsGroupKeys({ kem: "x-wing" }))
groupKeysTests("static link key", staticLinkKey())
