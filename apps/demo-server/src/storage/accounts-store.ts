import type { Kysely } from "kysely"
import type { Schema } from "./schema.ts"

export interface Account {
  readonly accountId: string
  readonly wrap: Uint8Array
  readonly keyring: Uint8Array
  readonly state: Uint8Array
  readonly stateNumber: number
}

export interface NewAccount extends Account {
  readonly credentialId: string
  readonly record: Uint8Array
  readonly createdOn: string
}

/** The registration that answers for a handle; `accountId` is null for the decoy. */
export interface Registration {
  readonly record: Uint8Array
  readonly accountId: string | null
}

const decoyId = "decoy"

export type AccountsStore = ReturnType<typeof accountsStore>

export function accountsStore(rows: Kysely<Schema>) {
  const registration = (credentialId: string) =>
    rows
      .selectFrom("registrations")
      .where("credential_id", "=", credentialId)
      .select(["record", "account_id as accountId"])
      .executeTakeFirst()

  return {
    /** The registration of a handle, or the decoy: read by the same query, so that both take the same time. */
    async registrationOrDecoy(credentialId: string): Promise<Registration> {
      const found = (await registration(credentialId)) ?? (await registration(decoyId))
      if (found === undefined) throw new Error("Cannot answer login: the decoy registration is missing")
      return found
    },

    isRegistered: async (credentialId: string): Promise<boolean> => (await registration(credentialId)) !== undefined,

    /** Stores the decoy record unless there is one. */
    async ensureDecoy(makeRecord: () => Promise<Uint8Array>): Promise<void> {
      if ((await registration(decoyId)) !== undefined) return
      const row = { credential_id: decoyId, record: await makeRecord(), account_id: null }
      await rows.insertInto("registrations").values(row).execute()
    },

    async register(account: NewAccount): Promise<"registered" | "handle-taken" | "account-taken"> {
      return await rows.transaction().execute(async (within) => {
        const taken = await within
          .selectFrom("registrations")
          .where("credential_id", "=", account.credentialId)
          .select("credential_id")
          .executeTakeFirst()
        if (taken !== undefined) return "handle-taken"
        const same = await within
          .selectFrom("accounts")
          .where("account_id", "=", account.accountId)
          .select("account_id")
          .executeTakeFirst()
        if (same !== undefined) return "account-taken"
        await within
          .insertInto("accounts")
          .values({
            account_id: account.accountId,
            wrap: account.wrap,
            keyring: account.keyring,
            state: account.state,
            state_number: account.stateNumber,
            created_on: account.createdOn,
          })
          .execute()
        await within
          .insertInto("registrations")
          .values({ credential_id: account.credentialId, record: account.record, account_id: account.accountId })
          .execute()
        return "registered"
      })
    },

    async find(accountId: string): Promise<Account | undefined> {
      return await rows
        .selectFrom("accounts")
        .where("account_id", "=", accountId)
        .select(["account_id as accountId", "wrap", "keyring", "state", "state_number as stateNumber"])
        .executeTakeFirst()
    },

    /** Puts state `number` in place of `number - 1`, which is kept in the history. False when another came first. */
    async replaceState(
      accountId: string,
      next: { readonly state: Uint8Array; readonly keyring: Uint8Array; readonly number: number },
      at: number,
    ): Promise<boolean> {
      return await rows.transaction().execute(async (within) => {
        const current = await within
          .selectFrom("accounts")
          .where("account_id", "=", accountId)
          .where("state_number", "=", next.number - 1)
          .select(["account_id", "state_number", "state", "keyring"])
          .executeTakeFirst()
        if (current === undefined) return false
        await within
          .insertInto("account_history")
          .values({ ...current, replaced_at: at })
          .execute()
        await within
          .updateTable("accounts")
          .where("account_id", "=", accountId)
          .set({ state: next.state, keyring: next.keyring, state_number: next.number })
          .execute()
        return true
      })
    },

    async dropHistoryBefore(time: number): Promise<void> {
      await rows.deleteFrom("account_history").where("replaced_at", "<", time).execute()
    },
  }
}
