/** A folio size, of those that the file can take: a slider, and a field to type "2M" into. */

import { useEffect, useId, useState } from "preact/hooks";
import { orderFromText, orderText } from "../../sim/setting.ts";

interface OrderFieldProps {
  readonly name: string;
  readonly label: string;
  readonly order: number;
  readonly orders: readonly number[];
  readonly onOrder: (order: number) => void;
}

export function OrderField({ name, label, order, orders, onOrder }: OrderFieldProps) {
  const id = useId();
  const [typed, setTyped] = useState<string>();
  useEffect(() => setTyped(undefined), [order]);
  const read = typed === undefined ? order : orderFromText(typed);
  const known = read !== undefined && orders.includes(read);
  const type = (text: string): void => {
    setTyped(text);
    const found = orderFromText(text);
    if (found !== undefined && orders.includes(found)) onOrder(found);
  };
  return (
    <div class="field" data-field={name}>
      <label for={id}>{label}</label>
      <input
        class="typed"
        id={id}
        type="text"
        autocomplete="off"
        spellcheck={false}
        value={typed ?? orderText(order)}
        aria-invalid={!known}
        aria-describedby={`${id}-note`}
        onInput={({ currentTarget }) => type(currentTarget.value)}
        onBlur={() => setTyped(undefined)}
      />
      <input
        type="range"
        min={0}
        max={Math.max(orders.length - 1, 0)}
        step={1}
        value={Math.max(orders.indexOf(order), 0)}
        aria-label={label}
        aria-valuetext={orderText(order)}
        onInput={({ currentTarget }) => onOrder(orders[Number(currentTarget.value)] ?? order)}
      />
      <output id={`${id}-note`} class={known ? "note" : "note problem"}>
        {known ? `order ${order}` : `one of ${orders.map(orderText).join(", ")}`}
      </output>
    </div>
  );
}
