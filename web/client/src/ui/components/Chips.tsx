/** A row of filters of which one is on; it scrolls sideways on phones. */
import { ToggleButton, ToggleButtonGroup } from 'react-aria-components';

export interface Chip {
  readonly id: string;
  readonly label: string;
  readonly count?: number | undefined;
}

export interface ChipsProps {
  readonly label: string;
  readonly chips: readonly Chip[];
  readonly selected: string;
  readonly onSelect: (id: string) => void;
}

export function Chips({ label, chips, selected, onSelect }: ChipsProps) {
  return (
    <ToggleButtonGroup
      aria-label={label}
      className="chips"
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[selected]}
      onSelectionChange={(keys) => {
        const [first] = keys;
        if (typeof first === 'string') onSelect(first);
      }}
    >
      {chips.map((chip) => (
        <ToggleButton key={chip.id} id={chip.id} className="chip">
          <span>{chip.label}</span>
          {chip.count !== undefined && <span className="chip-count">{chip.count}</span>}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}
