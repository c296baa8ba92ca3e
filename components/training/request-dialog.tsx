"use client";

import { Plus, X } from "lucide-react";
import { useEffect, useId, useRef, useState } from "react";
import { Form } from "react-aria-components";
import { useAction } from "@/components/training/use-action";
import { useServerNow } from "@/components/training/use-server-now";
import { Button } from "@/components/ui/button";
import { ComboBox } from "@/components/ui/combo-box";
import { DateField } from "@/components/ui/date-field";
import { DateTimeField } from "@/components/ui/date-time-field";
import { Dialog } from "@/components/ui/dialog";
import { IconButton } from "@/components/ui/icon-button";
import { Notice } from "@/components/ui/notice";
import { NumberField } from "@/components/ui/number-field";
import { TextField } from "@/components/ui/text-field";
import { zoneCity } from "@/components/ui/time-words";
import { newClientId } from "@/lib/http/fetch";
import { sendRequest, useCatalogue } from "@/lib/training/client";
import { findPastDate } from "@/lib/training/rules";
import { type CourseRequest, MAX_PREFERRED_DATES } from "@/lib/training/schema";
import { durationWords } from "@/lib/training/words";

const ordinals = [
  "First",
  "Second",
  "Third",
  "Fourth",
  "Fifth",
  "Sixth",
  "Seventh",
  "Eighth",
  "Ninth",
  "Tenth",
] as const;

type WantedDate = { id: number; at: string | null };

type RequestDialogProps = {
  zone: string;
  initialNow: string;
  onClose: () => void;
  onRequested: (request: CourseRequest) => void;
};

/** The form by which an organization asks for a course. Mount it when it opens: it is one action from then on. */
export function RequestDialog({ zone, initialNow, onClose, onRequested }: RequestDialogProps) {
  const formId = useId();
  const formRef = useRef<HTMLFormElement>(null);
  const catalogue = useCatalogue();
  const now = useServerNow(initialNow);
  const [clientId] = useState(newClientId);
  const [openedAt] = useState(() => now.toISOString());
  const { run, isPending, error } = useAction<CourseRequest>();

  const [courseId, setCourseId] = useState<string | null>(null);
  const [dates, setDates] = useState<readonly WantedDate[]>([{ id: 0, at: null }]);
  const [headcount, setHeadcount] = useState<number | null>(null);
  const [location, setLocation] = useState("");
  const [neededBy, setNeededBy] = useState<string | null>(null);
  const [note, setNote] = useState("");
  /** Sentences by the path of the field, as the server names it; a date's is its slot. */
  const [wrong, setWrong] = useState<Record<string, string>>({});

  const isTouched =
    courseId !== null ||
    dates.some(({ at }) => at !== null) ||
    headcount !== null ||
    neededBy !== null ||
    [location, note].some((typed) => typed.trim() !== "");

  useEffect(() => {
    if (Object.keys(wrong).length === 0) return;
    const field = formRef.current?.querySelector("[data-invalid]");
    field?.querySelector<HTMLElement>("input, textarea, [role=spinbutton]")?.focus();
  }, [wrong]);

  const forget = (path: string) =>
    setWrong((before) => Object.fromEntries(Object.entries(before).filter(([key]) => key !== path)));

  async function submit() {
    const given = dates.flatMap(({ at }, slot) => (at === null ? [] : [{ at, slot }]));
    const missing = whatIsMissing();
    setWrong(missing);
    if (Object.keys(missing).length > 0 || courseId === null || headcount === null) return;
    const body = {
      courseId,
      preferredDates: given.map(({ at }) => at),
      headcount,
      location: location.trim(),
      neededBy,
      note: note.trim() === "" ? null : note.trim(),
      clientId,
    };
    const request = await run(clientId, () => sendRequest(body));
    if (request) onRequested(request);

    function whatIsMissing(): Record<string, string> {
      const past = findPastDate(
        given.map(({ at }) => new Date(at)),
        now,
      );
      const pastSlot = past === null ? undefined : given[past]?.slot;
      return {
        ...(courseId === null && { courseId: "Please choose a course." }),
        ...(given.length === 0 && { "preferredDates.0": "Please give at least one date and time." }),
        ...(pastSlot !== undefined && { [`preferredDates.${pastSlot}`]: "This date has passed." }),
        ...(headcount === null && { headcount: "Please say how many people take part." }),
        ...(location.trim() === "" && { location: "Please say where the class is to be held." }),
      };
    }
  }

  // What the server found wrong stands at its fields; its dates are counted without the empty slots.
  const filledSlots = dates.flatMap(({ at }, slot) => (at === null ? [] : [slot]));
  const [seenError, setSeenError] = useState(error);
  if (error !== seenError) {
    setSeenError(error);
    if (error) setWrong(bySlot(error.fields, filledSlots));
  }

  return (
    <Dialog
      title="Request a course"
      isOpen
      onOpenChange={(isOpen) => !isOpen && onClose()}
      size="wide"
      isDismissable={!isTouched && !isPending}
      footer={
        <>
          <Button onPress={onClose} isDisabled={isPending}>
            Cancel
          </Button>
          <Button variant="primary" type="submit" form={formId} isPending={isPending}>
            Send request
          </Button>
        </>
      }
    >
      <Form
        ref={formRef}
        id={formId}
        validationBehavior="aria"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
        className="flex flex-col gap-5"
      >
        {error && <Notice tone="critical">{error.message}</Notice>}
        {catalogue.error !== undefined && !catalogue.data && (
          <Notice
            tone="caution"
            action={
              <Button
                size="compact"
                isPending={catalogue.isValidating}
                onPress={() => void catalogue.mutate()}
              >
                Try again
              </Button>
            }
          >
            The catalogue could not be fetched.
          </Notice>
        )}
        <ComboBox
          key={catalogue.data ? "loaded" : "loading"}
          label="Course"
          // Mounted anew when the catalogue is there: not to take the focus from who has gone on by then.
          autoFocus={!isTouched}
          placeholder={catalogue.data ? "Type to search the catalogue" : "Fetching the catalogue…"}
          emptyMessage="No course of that name."
          options={(catalogue.data?.items ?? []).map(({ id, title, durationMinutes }) => ({
            id,
            label: title,
            detail: durationWords(durationMinutes),
          }))}
          value={courseId}
          onChange={(id) => {
            setCourseId(id);
            forget("courseId");
          }}
          errorMessage={wrong.courseId ?? null}
        />
        <fieldset className="flex min-w-0 flex-col gap-3">
          <legend className="float-left mb-1 font-medium">
            Preferred dates
            <span className="block text-sm font-normal text-ink-muted">
              Best first. Times are in {zoneCity(zone)}.
            </span>
          </legend>
          {dates.map((date, slot) => (
            <div key={date.id} className="clear-both flex items-start gap-2">
              <div className="min-w-0 flex-1">
                <DateTimeField
                  label={`${ordinals[slot] ?? "Another"} choice`}
                  zone={zone}
                  earliest={openedAt}
                  value={date.at}
                  onChange={(at) => {
                    setDates(dates.map((other) => (other.id === date.id ? { ...other, at } : other)));
                    forget(`preferredDates.${slot}`);
                  }}
                  errorMessage={wrong[`preferredDates.${slot}`] ?? null}
                />
              </div>
              {dates.length > 1 && (
                <IconButton
                  label={`Remove the ${(ordinals[slot] ?? "last").toLowerCase()} choice`}
                  icon={<X aria-hidden="true" className="size-4" />}
                  onPress={() => {
                    setDates(dates.filter(({ id }) => id !== date.id));
                    setWrong({});
                  }}
                  className="mt-6.5"
                />
              )}
            </div>
          ))}
          {dates.length < MAX_PREFERRED_DATES && (
            <Button
              size="compact"
              variant="quiet"
              icon={<Plus aria-hidden="true" className="size-3.5" />}
              onPress={() =>
                setDates([...dates, { id: Math.max(...dates.map(({ id }) => id)) + 1, at: null }])
              }
              className="-ml-2.5 self-start"
            >
              Add another date
            </Button>
          )}
        </fieldset>
        <div className="grid gap-5 sm:grid-cols-2">
          <NumberField
            label="How many people"
            minValue={1}
            maxValue={10_000}
            value={headcount}
            onChange={(value) => {
              setHeadcount(value);
              forget("headcount");
            }}
            errorMessage={wrong.headcount ?? null}
          />
          <DateField
            label="Needed by"
            isRequired={false}
            value={neededBy}
            onChange={(value) => {
              setNeededBy(value);
              forget("neededBy");
            }}
            errorMessage={wrong.neededBy ?? null}
          />
        </div>
        <TextField
          label="Place"
          placeholder="Building and room, an address, or Online"
          maxLength={200}
          value={location}
          onChange={(value) => {
            setLocation(value);
            forget("location");
          }}
          errorMessage={wrong.location ?? null}
        />
        <TextField
          label="Note"
          description="What the instructor should know."
          isRequired={false}
          lines={3}
          maxLength={2_000}
          value={note}
          onChange={(value) => {
            setNote(value);
            forget("note");
          }}
          errorMessage={wrong.note ?? null}
        />
      </Form>
    </Dialog>
  );
}

function bySlot(fields: Record<string, string>, filledSlots: readonly number[]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).map(([path, sentence]) => {
      const sent = /^preferredDates(?:\.(\d+))?$/.exec(path);
      if (!sent) return [path, sentence];
      return [`preferredDates.${filledSlots[Number(sent[1] ?? 0)] ?? 0}`, sentence];
    }),
  );
}
