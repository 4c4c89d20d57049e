/** Every piece of the kit in every look, for the eye (`?gallery` of the preview). */
import { useState } from 'react';
import { Gain, Krw, Price, Quantity, Ratio, Usdt } from '../ui/amount.tsx';
import { Button } from '../ui/button.tsx';
import { Chip, Count } from '../ui/chip.tsx';
import { Countdown } from '../ui/countdown.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Field, NumberInput, TextInput } from '../ui/field.tsx';
import { Panel } from '../ui/panel.tsx';
import { RawJson } from '../ui/raw-json.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { Stat, Stats } from '../ui/stat.tsx';
import { HedgeChip, OrderChip, SignalChip } from '../ui/state-chip.tsx';
import { Cell, Table } from '../ui/table.tsx';
import { Time } from '../ui/time.tsx';
import { toast } from '../ui/toasts.tsx';

const phases = ['opening', 'hedged', 'closing', 'unwinding', 'flat', 'needsOperator'] as const;
const orders = ['sending', 'open', 'unknown', 'filled', 'canceled', 'rejected', 'expired'] as const;
const signals = [
  'accepted',
  'awaitingApproval',
  'executed',
  'duplicate',
  'conflict',
  'rejected',
  'expired',
  'declined',
  'failed',
  'malformed',
] as const;
const now = Date.now();
const row = { display: 'flex', flexWrap: 'wrap', gap: 8, alignItems: 'center', marginBottom: 12 } as const;

export function Gallery({ dialog }: { readonly dialog: boolean }) {
  const [open, setOpen] = useState(dialog);
  const [choice, setChoice] = useState<'day' | 'week' | 'year'>('day');
  const [amount, setAmount] = useState('0.05');
  return (
    <div style={{ display: 'grid', gap: 12, gridTemplateColumns: '1fr 1fr' }}>
      <Panel title="Buttons and choices" note="looks">
        <div style={row}>
          <Button>Plain</Button>
          <Button look="primary" onClick={() => toast('Hedge h-0010 opened: 0.05 BTC at +1.94%', 'good')}>
            Primary
          </Button>
          <Button look="danger" onClick={() => setOpen(true)}>
            Danger
          </Button>
          <Button look="quiet">Quiet</Button>
          <Button disabled>Disabled</Button>
          <Button pending>Pending</Button>
          <Button size="small">Small</Button>
        </div>
        <Segmented
          label="Span"
          value={choice}
          onChange={setChoice}
          options={[
            { value: 'day', label: '1D' },
            { value: 'week', label: '1W' },
            { value: 'year', label: '1Y' },
          ]}
        />
      </Panel>
      <Panel title="States">
        <div style={row}>
          {phases.map((phase) => (
            <HedgeChip key={phase} phase={phase} />
          ))}
        </div>
        <div style={row}>
          {orders.map((state) => (
            <OrderChip key={state} state={state} />
          ))}
        </div>
        <div style={row}>
          {signals.map((state) => (
            <SignalChip key={state} state={state} />
          ))}
          <Chip tone="outline">outline</Chip>
          <Count value={12} tone="bad" />
        </div>
      </Panel>
      <Panel title="Figures">
        <Stats>
          <Stat label="Premium now" size="large" note="Upbit USDT/KRW 1,412.50">
            <Ratio value="0.02184" toned />
          </Stat>
          <Stat label="Result today">
            <Gain value="482193.44" unit="KRW" />
          </Stat>
          <Stat label="Loss">
            <Gain value="-18240.5" unit="KRW" />
          </Stat>
          <Stat label="Capital">
            <Krw value="243871120.5" unit="KRW" />
          </Stat>
          <Stat label="Nothing">
            <Krw value={null} />
          </Stat>
        </Stats>
      </Panel>
      <Panel title="Fields">
        <div style={{ display: 'grid', gap: 12, gridTemplateColumns: '1fr 1fr' }}>
          <Field label="Quantity" hint="Rounded down to 0.001">
            {(props) => <NumberInput {...props} value={amount} onChange={setAmount} unit="BTC" />}
          </Field>
          <Field label="Search" error="At most 100 characters">
            {(props) => <TextInput {...props} placeholder="order, hedge, code" />}
          </Field>
        </div>
        <RawJson value={{ id: 'h-0010', quantity: '0.05' }} />
      </Panel>
      <Panel title="Table" note="3" flush actions={<Button size="small">Export</Button>}>
        <Table
          caption="Example"
          columns={[
            { key: 'time', label: 'Time' },
            { key: 'state', label: 'State' },
            { key: 'quantity', label: 'Quantity', numeric: true },
            { key: 'price', label: 'Price', numeric: true },
            { key: 'result', label: 'Result', numeric: true },
          ]}
        >
          {['155421000', '107842.3', '0.00001234'].map((price, index) => (
            <tr key={price}>
              <Cell>
                <Time at={now - index * 71_000} />
              </Cell>
              <Cell>
                <OrderChip state={orders[index + 2] ?? 'open'} />
              </Cell>
              <Cell numeric>
                <Quantity value="0.05" />
              </Cell>
              <Cell numeric>
                <Price value={price} />
              </Cell>
              <Cell numeric>
                <Gain value={index === 1 ? '-165402.3' : '21871.92'} />
              </Cell>
            </tr>
          ))}
        </Table>
      </Panel>
      <Panel title="Empty" actions={<Countdown from={now} until={now + 24_000} label="Left" />}>
        <EmptyState
          title="No hedge is open"
          hint="A signal opens one, or try one by hand: 0.01 BTC through the ordinary path."
          action={<Button look="primary">Try a hedge</Button>}
        />
        <Usdt value="78431.9921" unit="USDT" />
      </Panel>
      {open && (
        <Dialog
          title="Loosen a limit"
          onClose={() => setOpen(false)}
          actions={
            <Button look="primary" onClick={() => setOpen(false)}>
              Set
            </Button>
          }
        >
          <p>Position of capital goes from 50 % to 60 %. Type the new value again.</p>
          <Field label="New value">{(props) => <NumberInput {...props} value={amount} onChange={setAmount} unit="%" />}</Field>
        </Dialog>
      )}
    </div>
  );
}
