/** A Plotly figure, as the plots make it. */
export interface Figure {
  data: object[];
  layout: object;
  frames?: object[];
}
