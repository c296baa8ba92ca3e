// npm run validate: types, lint, import rules, unused code.
import { prepareCheckout } from "./support/checkout.mjs";
import { dependencies, requireNodeVersion } from "./support/dependencies.mjs";
import { prismaClient } from "./support/prisma.mjs";
import { runMain } from "./support/problem.mjs";
import { listenForShutdown } from "./support/shutdown.mjs";
import { validate } from "./support/validation.mjs";

await runMain(async () => {
  requireNodeVersion();
  const shutdown = listenForShutdown();
  try {
    await prepareCheckout([dependencies, prismaClient], shutdown.asked);
    const { failed } = await validate(shutdown.asked);
    return failed === 0 ? 0 : 1;
  } finally {
    shutdown.dispose();
  }
});
