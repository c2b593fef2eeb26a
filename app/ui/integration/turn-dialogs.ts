// What the switch asks before it turns, loaded once the page stands: the first page's script is the shorter.
export { TurnOffDialog } from './turn-off-dialog.tsx'
export { TurnOnDialog } from './turn-on-dialog.tsx'
