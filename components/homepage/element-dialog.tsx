"use client";

import { X } from "lucide-react";
import { useEffect, useId, useRef, useState } from "react";
import { FileTrigger, Form } from "react-aria-components";
import { typeWords } from "@/components/homepage/element-words";
import { useAction } from "@/components/training/use-action";
import { Button } from "@/components/ui/button";
import { DateTimeField } from "@/components/ui/date-time-field";
import { Dialog } from "@/components/ui/dialog";
import { IconButton } from "@/components/ui/icon-button";
import { Notice } from "@/components/ui/notice";
import { TextField } from "@/components/ui/text-field";
import { zoneCity } from "@/components/ui/time-words";
import { sendElement, sendElementChange } from "@/lib/homepage/client";
import type { ElementTypeName, HomepageElement } from "@/lib/homepage/schema";
import { newClientId, RequestError } from "@/lib/http/fetch";
import { sendPicture } from "@/lib/media/client";
import { type Picture, WEBVTT_MAX_CHARACTERS, webVtt } from "@/lib/media/schema";

type ElementDialogProps = {
  /** The one to be changed, or the kind to be made. */
  subject: HomepageElement | "banner" | "text";
  zone: string;
  onClose: () => void;
  onSaved: (element: HomepageElement) => void;
  /** Saves, and then gives it to visitors. */
  onSavedToPublish: (element: HomepageElement) => void;
};

type NewCaptions = { fileName: string; vtt: string };

/** The form of an element. What is saved is a draft until it is published. Mount it when it opens. */
export function ElementDialog({ subject, zone, onClose, onSaved, onSavedToPublish }: ElementDialogProps) {
  const formId = useId();
  const formRef = useRef<HTMLFormElement>(null);
  const known = typeof subject === "string" ? null : subject;
  const type: ElementTypeName = typeof subject === "string" ? subject : subject.type;
  const isHero = type === "hero-video";
  const [clientId] = useState(newClientId);
  const { run, isPending, error } = useAction<{ element: HomepageElement }>();

  const [title, setTitle] = useState(known?.title ?? "");
  const [body, setBody] = useState(known?.body ?? "");
  const [description, setDescription] = useState(known?.description ?? "");
  const [label, setLabel] = useState(known?.link?.label ?? "");
  const [href, setHref] = useState(known?.link?.href ?? "");
  const [picture, setPicture] = useState<Picture | null>(known?.picture ?? null);
  const [startsAt, setStartsAt] = useState(known?.startsAt ?? null);
  const [endsAt, setEndsAt] = useState(known?.endsAt ?? null);
  const [language, setLanguage] = useState(known?.captions?.language ?? "en");
  /** Chosen now; null where they are taken away, undefined where they stay as they are. */
  const [captions, setCaptions] = useState<NewCaptions | null | undefined>(undefined);
  const [isTouched, setTouched] = useState(false);
  /** Sentences by the path of the field, as the server names it. */
  const [wrong, setWrong] = useState<Record<string, string>>({});

  useEffect(() => {
    if (Object.keys(wrong).length === 0) return;
    const field = formRef.current?.querySelector("[data-invalid]");
    field?.querySelector<HTMLElement>("input, textarea, [role=spinbutton]")?.focus();
  }, [wrong]);

  const [seenError, setSeenError] = useState(error);
  if (error !== seenError) {
    setSeenError(error);
    if (error) setWrong(error.fields);
  }

  const typed = <Value,>(path: string, set: (value: Value) => void) => {
    return (value: Value) => {
      set(value);
      setTouched(true);
      setWrong((before) => Object.fromEntries(Object.entries(before).filter(([key]) => key !== path)));
    };
  };

  async function submit(then: (element: HomepageElement) => void) {
    const missing = whatIsMissing();
    setWrong(missing);
    if (Object.keys(missing).length > 0) return;
    const content = {
      title: title.trim(),
      body: orNull(body),
      description: isHero ? orNull(description) : null,
      link: href.trim() === "" ? null : { href: href.trim(), label: label.trim() },
      pictureId: type === "banner" ? (picture?.id ?? null) : null,
      startsAt,
      endsAt,
    };
    const newCaptions =
      captions === undefined
        ? {}
        : { captions: captions && { language: language.trim(), vtt: captions.vtt } };
    const answer = await run(clientId, () =>
      known
        ? sendElementChange(known.id, { ...content, ...newCaptions, revision: known.revision })
        : sendElement({ ...content, type: type === "banner" ? "banner" : "text", clientId }),
    );
    if (answer) then(answer.element);
  }

  function whatIsMissing(): Record<string, string> {
    const hasHref = href.trim() !== "";
    const hasLabel = label.trim() !== "";
    const ends = startsAt !== null && endsAt !== null && Date.parse(endsAt) <= Date.parse(startsAt);
    return {
      ...(title.trim() === "" && { title: "Please give it a title." }),
      ...(type === "text" && body.trim() === "" && { body: "Please write what visitors are to read." }),
      ...(hasHref && !hasLabel && { "link.label": "Please say what the link is called." }),
      ...(hasLabel && !hasHref && { "link.href": "Please say where the link leads." }),
      ...(ends && { endsAt: "The end must be after the start." }),
      ...(captions && language.trim() === "" && { "captions.language": "Please name the language, as en." }),
    };
  }

  return (
    <Dialog
      title={known ? `Edit ${typeWords[type].toLowerCase()}` : `New ${typeWords[type].toLowerCase()}`}
      isOpen
      onOpenChange={(isOpen) => !isOpen && onClose()}
      size="wide"
      isDismissable={!isTouched && !isPending}
      footer={
        <>
          <Button onPress={onClose} isDisabled={isPending}>
            Cancel
          </Button>
          <Button isDisabled={isPending} onPress={() => void submit(onSavedToPublish)}>
            Save and publish
          </Button>
          <Button variant="primary" type="submit" form={formId} isPending={isPending}>
            Save draft
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
          void submit(onSaved);
        }}
        className="flex flex-col gap-5"
      >
        {error && (
          <Notice tone="critical">
            {error.code === "stale_revision"
              ? "Somebody changed this meanwhile, so it was not saved. What you typed is still here: copy what you need, then open it again."
              : error.message}
          </Notice>
        )}
        <TextField
          label="Title"
          description={isHero ? "For this list; visitors do not see it." : undefined}
          autoFocus
          maxLength={120}
          value={title}
          onChange={typed("title", setTitle)}
          errorMessage={wrong.title ?? null}
        />
        <TextField
          label={isHero ? "Sentence" : "Text"}
          description={isHero ? "The headline of the homepage. Left empty, it stays as it is." : undefined}
          isRequired={type === "text" ? undefined : false}
          lines={isHero ? 2 : type === "text" ? 6 : 3}
          maxLength={2_000}
          value={body}
          onChange={typed("body", setBody)}
          errorMessage={wrong.body ?? null}
        />
        {isHero && (
          <TextField
            label="What the video shows"
            description="Read to those who cannot see it."
            isRequired={false}
            lines={2}
            maxLength={1_000}
            value={description}
            onChange={typed("description", setDescription)}
            errorMessage={wrong.description ?? null}
          />
        )}
        {type === "banner" && (
          <PictureField
            picture={picture}
            onChange={(next) => {
              setPicture(next);
              setTouched(true);
            }}
          />
        )}
        <div className="grid gap-5 sm:grid-cols-2">
          <TextField
            label="Link to"
            description="A path here, as /sign-in, or an https address."
            isRequired={false}
            maxLength={500}
            value={href}
            onChange={typed("link.href", setHref)}
            errorMessage={wrong["link.href"] ?? null}
          />
          <TextField
            label="Words of the link"
            isRequired={false}
            maxLength={60}
            value={label}
            onChange={typed("link.label", setLabel)}
            errorMessage={wrong["link.label"] ?? null}
          />
        </div>
        {isHero && (
          <CaptionsField
            name={
              captions === undefined ? (known?.captions ? "Captions" : null) : (captions?.fileName ?? null)
            }
            language={language}
            languageError={wrong["captions.language"] ?? wrong.captions ?? null}
            onLanguage={typed("captions.language", setLanguage)}
            onChange={(next) => {
              setCaptions(next);
              setTouched(true);
            }}
          />
        )}
        <fieldset className="flex min-w-0 flex-col gap-3">
          <legend className="float-left mb-1 font-medium">
            When it is shown
            <span className="block text-sm font-normal text-ink-muted">
              Left empty, always. Times are in {zoneCity(zone)}.
            </span>
          </legend>
          <div className="clear-both grid gap-5 sm:grid-cols-2">
            <DateTimeField
              label="From"
              zone={zone}
              isRequired={false}
              value={startsAt}
              onChange={typed("startsAt", setStartsAt)}
              errorMessage={wrong.startsAt ?? null}
            />
            <DateTimeField
              label="Until"
              zone={zone}
              isRequired={false}
              value={endsAt}
              onChange={typed("endsAt", setEndsAt)}
              errorMessage={wrong.endsAt ?? null}
            />
          </div>
        </fieldset>
      </Form>
    </Dialog>
  );
}

function PictureField({
  picture,
  onChange,
}: {
  picture: Picture | null;
  onChange: (picture: Picture | null) => void;
}) {
  const [isSending, setSending] = useState(false);
  const [error, setError] = useState<string | null>(null);

  async function send(file: File) {
    setSending(true);
    setError(null);
    try {
      onChange(await sendPicture(file));
    } catch (thrown) {
      setError(thrown instanceof RequestError ? thrown.message : "That picture could not be sent.");
    } finally {
      setSending(false);
    }
  }

  return (
    <div className="flex flex-col gap-2">
      <p className="text-sm font-medium">
        Picture <span className="font-normal text-ink-muted">(optional)</span>
      </p>
      {error && <Notice tone="critical">{error}</Notice>}
      <div className="flex flex-wrap items-center gap-3">
        {picture && (
          <picture>
            <img src={picture.url} alt="" className="h-16 w-28 rounded-sm object-cover" />
          </picture>
        )}
        <FileTrigger
          acceptedFileTypes={["image/jpeg", "image/png", "image/webp"]}
          onSelect={(files) => {
            const file = files?.[0];
            if (file) void send(file);
          }}
        >
          <Button isPending={isSending}>{picture ? "Choose another picture" : "Choose a picture"}</Button>
        </FileTrigger>
        {picture && (
          <IconButton
            label="Remove the picture"
            icon={<X aria-hidden="true" className="size-4" />}
            onPress={() => onChange(null)}
          />
        )}
        <p className="text-sm text-ink-muted">JPEG, PNG or WebP, at most 10 MB</p>
      </div>
    </div>
  );
}

type CaptionsFieldProps = {
  /** What they are called here; null where there are none. */
  name: string | null;
  language: string;
  languageError: string | null;
  onLanguage: (language: string) => void;
  onChange: (captions: NewCaptions | null) => void;
};

function CaptionsField({ name, language, languageError, onLanguage, onChange }: CaptionsFieldProps) {
  const [error, setError] = useState<string | null>(null);

  async function read(file: File) {
    setError(null);
    if (file.size > WEBVTT_MAX_CHARACTERS * 4) {
      setError("That file is too large for captions.");
      return;
    }
    const vtt = webVtt.safeParse(await file.text());
    if (vtt.success) onChange({ fileName: file.name, vtt: vtt.data });
    else setError(vtt.error.issues[0]?.message ?? "That file cannot be read.");
  }

  return (
    <div className="flex flex-col gap-2">
      <p className="text-sm font-medium">
        Captions <span className="font-normal text-ink-muted">(optional)</span>
      </p>
      {error && <Notice tone="critical">{error}</Notice>}
      <div className="flex flex-wrap items-center gap-3">
        <FileTrigger
          acceptedFileTypes={[".vtt", "text/vtt"]}
          onSelect={(files) => {
            const file = files?.[0];
            if (file) void read(file);
          }}
        >
          <Button>{name === null ? "Choose a WebVTT file" : "Choose another file"}</Button>
        </FileTrigger>
        {name !== null && (
          <>
            <span className="min-w-0 truncate">{name}</span>
            <div className="w-20">
              <TextField
                label="Language of the captions"
                isLabelHidden
                value={language}
                onChange={onLanguage}
                errorMessage={languageError}
              />
            </div>
            <IconButton
              label="Remove the captions"
              icon={<X aria-hidden="true" className="size-4" />}
              onPress={() => onChange(null)}
            />
          </>
        )}
      </div>
    </div>
  );
}

function orNull(typed: string): string | null {
  return typed.trim() === "" ? null : typed.trim();
}
