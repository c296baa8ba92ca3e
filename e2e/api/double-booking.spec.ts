import { expect, test } from "playwright/test";
import { apiAs } from "../support/people";
import { freeSlot, instructorId, requestCourse } from "../support/training";

test("of 50 attempts at once on one instructor and slot one succeeds, and 49 get the 409 that names the clash", async () => {
  test.setTimeout(60_000);
  const [iffat, admin] = await Promise.all([apiAs("iffat"), apiAs("admin")]);
  const sara = await instructorId(admin, "Sara Lindqvist");
  const scheduledDate = freeSlot();
  const requests = await Promise.all(Array.from({ length: 50 }, () => requestCourse(iffat)));
  const answers = await Promise.all(
    requests.map(({ id, revision }) =>
      admin.post(`/api/requests/${id}/assign`, {
        data: { instructorId: sara, scheduledDate, durationMinutes: 90, revision },
      }),
    ),
  );
  const won = answers.filter((answer) => answer.status() === 200);
  expect(won).toHaveLength(1);
  const [winner] = await Promise.all(won.map(async (answer) => (await answer.json()).request));
  for (const answer of answers.filter((each) => each.status() !== 200)) {
    expect(answer.status()).toBe(409);
    const { error, clash } = await answer.json();
    expect(error.code).toBe("double_booked");
    expect(error.message).toContain("Sara Lindqvist already teaches First aid and CPR for Iffat College");
    expect(clash.requestId).toBe(winner?.id);
  }
  await Promise.all([iffat.dispose(), admin.dispose()]);
});
