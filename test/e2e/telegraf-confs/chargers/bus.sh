# Tells the state of the bus whenever it is asked by a line.
frames=0
while read -r _; do
  frames=$((frames + 7))
  echo "bus,name=$BUS frames=${frames}i 1795362160000000000"
done
