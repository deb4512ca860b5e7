# Prints the phases; the first argument is what they are called.
name=$(echo "$1" | tr ' ' '_')
echo "$name,charger=c1,phase=l1 amperes=10.5 1795362160000000000"
echo "$name,charger=c1,phase=l2 amperes=9.75 1795362160000000000"
echo "$name,charger=c2,phase=l1 amperes=0 1795362160000000000"
