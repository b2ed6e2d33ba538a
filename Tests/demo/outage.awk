# SPDX-License-Identifier: Apache-2.0
# The numbers of what was measured while the platform was away: three at least, and each has arrived there
# afterwards, with its value, and the device was told so. Nothing is printed when that is not so.
/-- Gone +the access server/ { away = 1 }
/-- Back +the access server/ { away = 0; back = 1 }
away && /\| measured/ { number[++count] = $NF; value[$NF] = $3 + 0 }
back && /<- Notify +\/3303\/0 / && match($0, /5700 Sensor Value = [0-9.]+/) {
  arrived[substr($0, RSTART + 20, RLENGTH - 20) + 0] = 1
}
back && /\| event .* delivered: measurement/ { delivered[$NF] = 1 }
END {
  for (i = 1; i <= count; i++) {
    if (!(value[number[i]] in arrived) || !(number[i] in delivered)) exit
    text = text (i > 1 ? ", " : "") number[i]
  }
  if (count >= 3) print text
}
