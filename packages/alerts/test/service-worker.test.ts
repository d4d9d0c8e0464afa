import { describe, expect, test } from "vitest"
import { toBrowserNotification } from "../src/service-worker.ts"
import { notification } from "./notification.ts"

describe("toBrowserNotification()", () => {
  test("one alert has one tag; updates are silent, critical ones stay", () => {
    const show = (more: object) => toBrowserNotification(JSON.stringify(notification(more)))
    expect(show({ total: 3 })).toEqual({
      title: "Something moved",
      options: {
        body: "At the back door (3)",
        tag: notification().alert,
        timestamp: notification().at,
        requireInteraction: false,
        silent: false,
        data: { alert: notification().alert, link: "https://app.example/#k=secret" },
      },
    })
    expect(show({ kind: "update", severity: "critical" })?.options).toMatchObject({
      silent: true,
      requireInteraction: true,
    })
    expect(show({ link: "javascript:alert(1)" })?.options.data.link).toBeUndefined()
  })

  test("shows nothing that is not ours", () => {
    for (const push of ["", "x", "null", "[]", "{}", '{"title":1,"alert":"a"}'])
      expect(toBrowserNotification(push)).toBeUndefined()
  })
})
