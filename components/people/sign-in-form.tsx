"use client";

import { getProviders, signIn } from "next-auth/react";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { Button as AriaButton } from "react-aria-components";
import { roleNames } from "@/components/layout/role-names";
import { Button } from "@/components/ui/button";
import { Mark } from "@/components/ui/mark";
import { Notice } from "@/components/ui/notice";
import { TextField } from "@/components/ui/text-field";
import { useIsHydrated } from "@/components/ui/use-now";
import type { Role } from "@/lib/access/roles";

type DemoPerson = { email: string; name: string; role: Role; organizationName: string | null };

type SignInFormProps = {
  /** Where to go after; only a path of this site is followed. */
  callbackUrl: string | null;
  demo: { password: string; people: ReadonlyArray<DemoPerson> } | null;
};

type FieldErrors = { email?: string; password?: string };

const refusals = {
  rate_limited: "Too many attempts. Try again in a few minutes.",
  mismatch: "That email and password do not match. Nothing was changed; check both and try again.",
  unreachable:
    "The server could not be reached, so nobody was signed in. Check your connection and try again.",
} as const;

type Refusal = keyof typeof refusals;

/** Email and password, and the demo people where there are any. What was typed stays when it is refused. */
export function SignInForm({ callbackUrl, demo }: SignInFormProps) {
  const isHydrated = useIsHydrated();
  const emailInput = useRef<HTMLInputElement>(null);
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [fieldErrors, setFieldErrors] = useState<FieldErrors>({});
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [pendingEmail, setPendingEmail] = useState<string | null>(null);

  useEffect(() => {
    if (isHydrated) emailInput.current?.focus();
  }, [isHydrated]);

  async function enter(as: { email: string; password: string }) {
    setRefusal(null);
    setPendingEmail(as.email);
    const refused = await attempt(as);
    if (refused === null) return window.location.assign(safePath(callbackUrl));
    setPendingEmail(null);
    setRefusal(refused);
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    if (pendingEmail !== null) return;
    const errors: FieldErrors = {
      ...(email.trim() === "" && { email: "Enter your email address." }),
      ...(password === "" && { password: "Enter your password." }),
    };
    setFieldErrors(errors);
    if (Object.keys(errors).length === 0) void enter({ email: email.trim(), password });
  }

  const isDemoPending = demo?.people.some((person) => person.email === pendingEmail) ?? false;

  return (
    // Until the script runs nothing can be typed or sent: a plain form would lose the first letters, or reload the page.
    <fieldset disabled={!isHydrated} className="flex min-w-0 flex-col gap-8">
      <form method="post" noValidate onSubmit={submit} className="flex flex-col gap-4">
        {refusal && <Notice tone="critical">{refusals[refusal]}</Notice>}
        <TextField
          label="Email"
          type="email"
          name="email"
          autoComplete="username"
          inputRef={emailInput}
          value={email}
          onChange={setEmail}
          errorMessage={fieldErrors.email}
          validationBehavior="aria"
        />
        <TextField
          label="Password"
          type="password"
          name="password"
          autoComplete="current-password"
          value={password}
          onChange={setPassword}
          errorMessage={fieldErrors.password}
          validationBehavior="aria"
        />
        <Button
          type="submit"
          variant="primary"
          isPending={pendingEmail !== null && !isDemoPending}
          className="mt-1 self-stretch"
        >
          Sign in
        </Button>
      </form>

      {demo && demo.people.length > 0 && (
        <section aria-labelledby="demo-people" className="border-t border-line pt-6">
          <h2 id="demo-people" className="font-medium">
            Look around as
          </h2>
          <p className="mt-0.5 text-sm text-ink-muted">
            Demo people of this installation. One click signs in.
          </p>
          <ul className="mt-3 flex flex-wrap gap-2">
            {demo.people.map((person) => (
              <li key={person.email} className="min-w-0">
                <AriaButton
                  isPending={pendingEmail === person.email}
                  onPress={() => {
                    if (pendingEmail === null) void enter({ email: person.email, password: demo.password });
                  }}
                  className="flex items-center gap-2 rounded-sm border border-line-medium bg-surface-raised px-3 py-1.5 text-left transition-colors hover:bg-surface-hover"
                >
                  <span className="min-w-0">
                    <span className="block truncate text-sm font-medium">{person.name}</span>
                    <span className="block truncate text-xs text-ink-muted">
                      {roleNames[person.role]}
                      {person.organizationName && person.organizationName !== person.name
                        ? ` · ${person.organizationName}`
                        : ""}
                    </span>
                  </span>
                  {pendingEmail === person.email && <Mark size={16} isMoving />}
                </AriaButton>
              </li>
            ))}
          </ul>
        </section>
      )}
    </fieldset>
  );
}

async function attempt(as: { email: string; password: string }): Promise<Refusal | null> {
  try {
    // signIn leaves the page for an error page of its own when this first question goes unanswered.
    if ((await getProviders()) === null) return "unreachable";
    const answer = await signIn("credentials", { ...as, redirect: false });
    if (answer?.ok) return null;
    return answer?.error === "rate_limited" ? "rate_limited" : "mismatch";
  } catch {
    return "unreachable";
  }
}

/** The path to go on to. Browsers drop tabs and turn backslashes, so the address is also resolved before it is trusted. */
function safePath(callbackUrl: string | null): string {
  const isPath = callbackUrl !== null && /^\/(?![/\\])/.test(callbackUrl);
  if (!isPath) return "/portal";
  return new URL(callbackUrl, window.location.origin).origin === window.location.origin
    ? callbackUrl
    : "/portal";
}
