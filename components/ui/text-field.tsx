"use client";

import type { Ref } from "react";
import {
  TextField as AriaTextField,
  type TextFieldProps as AriaTextFieldProps,
  Input,
  TextArea,
} from "react-aria-components";
import { controlClass, FieldLabel, FieldNotes, type FieldProps, fieldClass } from "@/components/ui/field";

type TextFieldProps = FieldProps &
  Omit<AriaTextFieldProps, "className" | "style" | "children" | "isInvalid" | "render"> & {
    placeholder?: string;
    /** More than one line: how many are shown. */
    lines?: number;
    inputRef?: Ref<HTMLInputElement>;
  };

/** A field for one line of text, or several with `lines`. Set `isRequired={false}` to say that it is optional. */
export function TextField({
  label,
  description,
  errorMessage,
  isLabelHidden,
  placeholder,
  lines,
  inputRef,
  ...rest
}: TextFieldProps) {
  return (
    <AriaTextField {...rest} isInvalid={Boolean(errorMessage)} className={fieldClass}>
      <FieldLabel label={label} isLabelHidden={isLabelHidden} isRequired={rest.isRequired} />
      {lines === undefined ? (
        <Input ref={inputRef} placeholder={placeholder} className={`${controlClass} h-9 touch:h-10 px-3`} />
      ) : (
        <TextArea placeholder={placeholder} rows={lines} className={`${controlClass} resize-y px-3 py-2`} />
      )}
      <FieldNotes description={description} errorMessage={errorMessage} />
    </AriaTextField>
  );
}
