import type { ReactNode } from 'react';
import type { Refusal } from '../../shared/contract/reply.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { RefusalNote } from './refusal.tsx';

interface Props {
  readonly title: string;
  /** What is going to happen. */
  readonly children: ReactNode;
  /** The button that does it: what it says, its test id, and whether it cannot be pressed. */
  readonly confirm: string;
  readonly testId: string;
  readonly disabled?: boolean;
  readonly onConfirm: () => void;
  /** The button that leaves everything as it is. */
  readonly dismiss?: string;
  readonly onClose: () => void;
  /** Of the command, as `useCommand` has them: it stays open until that has gone through. */
  readonly pending?: boolean;
  readonly refusal?: Refusal | null;
}

/** Asks once more before something that cannot be taken back. What was refused is said in it. */
export function ConfirmDialog({ children, confirm, testId, disabled = false, onConfirm, pending = false, refusal = null, ...dialog }: Props) {
  return (
    <Dialog
      {...dialog}
      actions={
        <Button look="danger" pending={pending} disabled={disabled} onClick={onConfirm} data-testid={testId}>
          {confirm}
        </Button>
      }
    >
      {children}
      <RefusalNote refusal={refusal} />
    </Dialog>
  );
}
