/** The observers of a simulated server. */
import assert from "node:assert/strict";
import type { Notification } from "../../../src/simulator/notification.ts";
import { Observers } from "../../../src/simulator/observers.ts";
import { createRandom } from "../../../src/simulator/random.ts";

const ACCOUNT: Notification = { kind: "account" };

Deno.test("every observer receives what it subscribed to, in order, until it is removed", () => {
  const observers = new Observers(createRandom(1), 0);
  const told: string[] = [];
  observers.add({ notification: ({ kind }) => told.push(`first ${kind}`) });
  const remove = observers.add({
    notification: ({ kind }) => told.push(`second ${kind}`),
    status: (status) => told.push(`second ${status}`),
  });
  observers.notify(ACCOUNT);
  observers.notifyStatus("gone");
  remove();
  observers.notify(ACCOUNT);
  assert.deepEqual(told, ["first account", "second account", "second gone", "first account"]);
  observers.clear();
  observers.notify(ACCOUNT);
  assert.equal(told.length, 4);
});

Deno.test("a share of the notifications is passed twice, to all observers alike", () => {
  const observers = new Observers(createRandom(1), 0.25);
  const [first, second]: [Notification[], Notification[]] = [[], []];
  observers.add({ notification: (notification) => first.push(notification) });
  observers.add({ notification: (notification) => second.push(notification) });
  for (let sent = 0; sent < 1_000; sent += 1) observers.notify(ACCOUNT);
  assert.deepEqual(first, second);
  assert.ok(first.length > 1_200 && first.length < 1_300, `${first.length} for 1,000`);
});
