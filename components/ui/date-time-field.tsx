"use client";

import { now, parseAbsolute, toCalendarDateTime, toZoned } from "@internationalized/date";
import { CalendarDays, ChevronLeft, ChevronRight } from "lucide-react";
import { useMemo } from "react";
import {
  Button,
  Calendar,
  CalendarCell,
  CalendarGrid,
  CalendarGridBody,
  CalendarGridHeader,
  CalendarHeaderCell,
  CalendarHeading,
  DateInput,
  DatePicker,
  DateSegment,
  Dialog,
  Group,
  Popover,
} from "react-aria-components";
import {
  controlClass,
  FieldLabel,
  FieldNotes,
  type FieldProps,
  fieldClass,
  ringWithinClass,
  segmentClass,
} from "@/components/ui/field";
import { clockInZone, isSameClock, zoneCity } from "@/components/ui/time-words";

type DateTimeFieldProps = FieldProps & {
  /** ISO 8601 in UTC, or null while it is not filled in. */
  value: string | null;
  onChange: (value: string | null) => void;
  /** IANA zone in which the date is typed and shown. */
  zone: string;
  /** The writer's own zone; where its clock differs, the field says what time it is there. */
  viewerZone?: string;
  /** ISO 8601; earlier days cannot be chosen in the calendar, and typing one is marked. */
  earliest?: string;
  isRequired?: boolean;
  isDisabled?: boolean;
};

const USUAL_HOUR = 9;

const arrowClass =
  "grid size-9 touch:size-10 place-items-center rounded-sm text-ink-muted hover:bg-surface-hover hover:text-ink data-disabled:opacity-40";

/** A date and time of day in a named zone. By keyboard: digits and arrows in each part; the calendar is optional. */
export function DateTimeField({
  label,
  description,
  errorMessage,
  isLabelHidden,
  value,
  onChange,
  zone,
  viewerZone,
  earliest,
  ...rest
}: DateTimeFieldProps) {
  const chosen = useMemo(() => (value === null ? null : parseAbsolute(value, zone)), [value, zone]);
  const earliestDate = useMemo(
    () => (earliest === undefined ? undefined : parseAbsolute(earliest, zone)),
    [earliest, zone],
  );
  // A day picked without a time gets this hour.
  const placeholder = useMemo(
    () =>
      toZoned(
        toCalendarDateTime(now(zone)).set({ hour: USUAL_HOUR, minute: 0, second: 0, millisecond: 0 }),
        zone,
      ),
    [zone],
  );
  const isOtherClock =
    viewerZone !== undefined && !isSameClock(value ?? placeholder.toAbsoluteString(), zone, viewerZone);

  return (
    <DatePicker
      {...rest}
      value={chosen}
      onChange={(next) => onChange(next === null ? null : next.toAbsoluteString())}
      placeholderValue={placeholder}
      minValue={earliestDate}
      granularity="minute"
      hourCycle={24}
      hideTimeZone
      shouldForceLeadingZeros
      isInvalid={errorMessage ? true : undefined}
      className={fieldClass}
    >
      <FieldLabel label={label} isLabelHidden={isLabelHidden} isRequired={rest.isRequired} />
      <Group className={`${controlClass} ${ringWithinClass} flex items-stretch`}>
        <DateInput className="tabular flex min-w-0 flex-1 items-center overflow-hidden px-2.5 whitespace-nowrap">
          {(segment) => <DateSegment segment={segment} className={segmentClass} />}
        </DateInput>
        <span className="self-center truncate px-1 text-sm text-ink-muted">{zoneCity(zone)}</span>
        <Button
          aria-label="Open calendar"
          className="grid w-9 touch:w-10 shrink-0 place-items-center rounded-sm text-ink-muted hover:bg-surface-hover hover:text-ink"
        >
          <CalendarDays aria-hidden="true" className="size-4" />
        </Button>
      </Group>
      {isOtherClock && (
        // Keeps its line while the date is not whole, so that nothing below jumps.
        <p className="tabular min-h-5 text-sm text-ink-muted">
          {value !== null && `${clockInZone(value, viewerZone, zone)} yours`}
        </p>
      )}
      <FieldNotes description={description} errorMessage={errorMessage} />
      <Popover
        offset={4}
        className="rounded-md border border-line bg-surface-raised p-3 shadow-overlay data-entering:animate-[overlay-in_120ms_ease-out]"
      >
        <Dialog className="outline-none">
          <Calendar firstDayOfWeek="mon">
            <header className="mb-2 flex items-center justify-between">
              <Button slot="previous" className={arrowClass}>
                <ChevronLeft aria-hidden="true" className="size-4" />
              </Button>
              <CalendarHeading className="text-base font-semibold" />
              <Button slot="next" className={arrowClass}>
                <ChevronRight aria-hidden="true" className="size-4" />
              </Button>
            </header>
            <CalendarGrid weekdayStyle="short">
              <CalendarGridHeader>
                {(day) => (
                  <CalendarHeaderCell className="h-8 text-xs font-medium text-ink-muted">
                    {day}
                  </CalendarHeaderCell>
                )}
              </CalendarGridHeader>
              <CalendarGridBody>
                {(date) => (
                  <CalendarCell
                    date={date}
                    className="tabular grid size-10 cursor-default place-items-center rounded-sm text-base data-disabled:text-ink-muted data-disabled:opacity-50 data-hovered:bg-surface-hover data-outside-month:hidden data-selected:bg-accent data-selected:text-accent-ink data-today:font-semibold data-today:underline data-today:underline-offset-4 data-unavailable:line-through"
                  />
                )}
              </CalendarGridBody>
            </CalendarGrid>
          </Calendar>
        </Dialog>
      </Popover>
    </DatePicker>
  );
}
