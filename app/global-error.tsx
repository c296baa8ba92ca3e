"use client";

import "./globals.css";

/** Replaces the whole document, root layout included: plain elements only, in the device's theme. */
export default function GlobalError({ retry }: { error: unknown; retry: () => void }) {
  return (
    <html lang="en">
      <body>
        <title>Lockstep could not start</title>
        <main className="mx-auto flex min-h-dvh max-w-[34rem] flex-col items-start justify-center gap-3 px-5 py-16">
          <h1 className="text-xl font-semibold tracking-tight">Lockstep could not start in this tab</h1>
          <p className="text-md text-ink-muted">
            Something failed before any page could be shown. What was saved before is safe. Try again; if it
            stays, close the tab and open it anew in a minute.
          </p>
          <button
            type="button"
            onClick={retry}
            className="mt-3 h-9 rounded-sm bg-accent px-3.5 font-medium text-accent-ink hover:bg-accent-hover"
          >
            Try again
          </button>
        </main>
      </body>
    </html>
  );
}
