/** A link or code that somebody else made: scanned, or pasted. What it says is looked at elsewhere. */
import { useState } from 'react';
import type { FormEvent } from 'react';
import type { ErrorCode } from '../models';
import { Button } from './Button';
import { Card } from './Card';
import { ErrorNotice } from './Notice';
import { QrScanner } from './QrScanner';
import { TextField, type TextFieldProps } from './TextField';

export interface AskLinkProps extends Pick<TextFieldProps, 'label' | 'hint'> {
  /** Above the camera: which code. */
  readonly lead?: string;
  readonly submit: string;
  /** That the last text was no such link, in words; it stands at the field. */
  readonly fault?: string | undefined;
  /** What else became of the last link. */
  readonly error?: ErrorCode | undefined;
  /** The text, unchecked. */
  readonly onLink: (text: string) => void;
}

export function AskLink({ lead, submit, fault, error, onLink, ...field }: AskLinkProps) {
  const [text, setText] = useState('');
  const link = text.trim();
  const go = (event: FormEvent) => {
    event.preventDefault();
    if (link !== '') onLink(link);
  };
  return (
    <>
      <Card>
        {lead !== undefined && <p className="muted">{lead}</p>}
        <QrScanner onText={onLink} />
      </Card>
      <Card>
        <form className="stack" onSubmit={go} noValidate>
          <TextField
            {...field}
            value={text}
            onChange={setText}
            type="url"
            autoComplete="off"
            spellCheck={false}
            maxLength={4096}
            error={fault}
          />
          <ErrorNotice error={error} />
          <Button type="submit" variant="primary" wide isDisabled={link === ''}>
            {submit}
          </Button>
        </form>
      </Card>
    </>
  );
}
